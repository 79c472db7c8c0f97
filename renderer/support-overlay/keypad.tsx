/** Ten digits for a finger: no kiosk has a keyboard to count on. A keyboard that is there works as well. */
import { useEffect } from 'react'
import { DeleteIcon } from '../components/icons.tsx'
import { useText } from '../languages/language-context.ts'

type KeypadProps = {
  isDisabled: boolean
  onDigit: (digit: string) => void
  onDelete: () => void
  onClear: () => void
  onEnter: () => void
}

/** A key that was touched keeps no focus: Enter on a keyboard means the answer, not that key again. */
const keepFocus = (event: { preventDefault(): void }) => event.preventDefault()

export function Keypad({ isDisabled, onDigit, onDelete, onClear, onEnter }: KeypadProps) {
  const t = useText()
  usePhysicalKeys({ onDigit, onDelete, onEnter })
  const keyProps = {
    type: 'button',
    className: 'button keypad-key',
    disabled: isDisabled,
    onMouseDown: keepFocus,
  } as const
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be a form's, and its legend a heading
    <div className="keypad" role="group" aria-label={t('technician.keypadName')}>
      {['1', '2', '3', '4', '5', '6', '7', '8', '9'].map((digit) => (
        <button key={digit} {...keyProps} onClick={() => onDigit(digit)}>
          {digit}
        </button>
      ))}
      <button {...keyProps} className="button keypad-key keypad-word" onClick={onClear}>
        {t('technician.clear')}
      </button>
      <button {...keyProps} onClick={() => onDigit('0')}>
        0
      </button>
      <button {...keyProps} aria-label={t('technician.delete')} onClick={onDelete}>
        <DeleteIcon />
      </button>
    </div>
  )
}

function usePhysicalKeys({ onDigit, onDelete, onEnter }: Pick<KeypadProps, 'onDigit' | 'onDelete' | 'onEnter'>): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (/^[0-9]$/.test(event.key)) onDigit(event.key)
      else if (event.key === 'Backspace') onDelete()
      // On a button that has the focus, Enter presses that.
      else if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) onEnter()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [onDigit, onDelete, onEnter])
}
