/** Says whose kiosk this is and which one: people must see that the code belongs to this very screen. */
import { useText } from '../languages/language-context.ts'
import type { Identity } from '../session-of.ts'
import { BrandMark } from './brand-mark.tsx'

/** Short enough, and torn apart it reads as part of the place. */
const inOneLine = (text: string) => text.replaceAll(' ', '\u00a0')

export function BrandHeader({ identity: { display, device } }: { identity: Identity }) {
  const t = useText()
  const notActivated = device.activation?.kind === 'inactive' ? inOneLine(t('kiosk.notActivated')) : ''
  return (
    <header className="brand-header">
      <BrandMark brandName={display.brand.name} />
      <p className="brand-name">{display.brand.name}</p>
      <div className="kiosk-name">
        {display.kioskName !== '' && <p className="kiosk-name-name">{display.kioskName}</p>}
        <p className="kiosk-name-place">
          {[display.place, device.id, notActivated].filter((part) => part !== '').join(' · ')}
        </p>
      </div>
    </header>
  )
}
