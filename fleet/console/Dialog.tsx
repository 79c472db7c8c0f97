/** A question over the page. Gives the keyboard back to whatever asked it. */
import { type ReactNode, useEffect, useRef } from 'react'

type DialogProps = {
  title: string
  /** On the button that says yes. */
  verb: string
  isDangerous: boolean
  isReady?: boolean
  children: ReactNode
  onAnswer: (isYes: boolean) => void
}

export function Dialog({ title, verb, isDangerous, isReady = true, children, onAnswer }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
    // Where something is to be typed, there; else where nothing happens by Enter.
    dialog.current?.querySelector<HTMLElement>('input, button')?.focus()
  }, [])
  return (
    // Closed by the browser, by button or Escape: only then does it give the focus back (WCAG 2.4.3).
    <dialog
      ref={dialog}
      aria-labelledby="question"
      onClose={({ currentTarget }) => onAnswer(currentTarget.returnValue === 'yes')}
    >
      <form method="dialog">
        <h2 id="question">{title}</h2>
        {children}
        <p className="buttons">
          <button type="button" onClick={() => dialog.current?.close('no')}>
            Cancel
          </button>
          <button type="submit" value="yes" className={isDangerous ? 'danger' : 'primary'} disabled={!isReady}>
            {verb}
          </button>
        </p>
      </form>
    </dialog>
  )
}
