/** A sheet above the screen, for what a person asked to see. Modal: focus stays in it and returns. Closes when nobody uses it. */
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { useText } from '../languages/language-context.ts'
import { CloseIcon } from './icons.tsx'

/** Whoever comes next must find the screen, not what somebody read before. */
const UNUSED_LIMIT_MS = 60_000
const SIGNS_OF_USE = ['pointerdown', 'keydown'] as const

type SheetProps = { title: string; className: string; onClose: () => void; children: ReactNode }

export function Sheet({ title, className, onClose, children }: SheetProps) {
  const t = useText()
  const dialog = useRef<HTMLDialogElement>(null)
  const titleId = useId()
  useEffect(() => {
    dialog.current?.showModal()
    let timer = setTimeout(onClose, UNUSED_LIMIT_MS)
    const note = () => {
      clearTimeout(timer)
      timer = setTimeout(onClose, UNUSED_LIMIT_MS)
    }
    for (const sign of SIGNS_OF_USE) window.addEventListener(sign, note, { capture: true, passive: true })
    return () => {
      clearTimeout(timer)
      for (const sign of SIGNS_OF_USE) window.removeEventListener(sign, note, { capture: true })
    }
  }, [onClose])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a key closes it by Escape, which the dialog itself hears
    <dialog
      ref={dialog}
      className={`sheet ${className}`}
      aria-labelledby={titleId}
      onClose={onClose}
      // The dialog itself is pressed only beside its content: on what lies behind it.
      onClick={({ target, currentTarget }) => target === currentTarget && onClose()}
    >
      <div className="sheet-content">
        <header className="sheet-header">
          <h2 id={titleId} className="sheet-title">
            {title}
          </h2>
          <button type="button" className="button sheet-close" aria-label={t('help.close')} onClick={onClose}>
            <CloseIcon />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}
