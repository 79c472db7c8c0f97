/** What a technician sees in place of the screen: so far technician access alone. Never shows a person, a code or a token. */
import type { KioskView } from '../../contract/window-bridge.ts'
import { BrandMark } from '../components/brand-mark.tsx'
import { Message } from '../components/message.tsx'
import { ScreenFrame } from '../components/screen-frame.tsx'
import { useText } from '../languages/language-context.ts'
import type { HelperClock } from '../received-view.ts'
import { TechnicianPanel } from './technician-panel.tsx'

type SupportOverlayProps = {
  view: KioskView
  clock: HelperClock
  onAnnounce: (text: string) => void
  onClose: () => void
}

export function SupportOverlay({ view, clock, onAnnounce, onClose }: SupportOverlayProps) {
  const t = useText()
  const display = view.kind === 'linked' ? view.snapshot.display : null
  const place = display ? [display.kioskName, display.place].filter((part) => part !== '').join(' · ') : ''
  return (
    <ScreenFrame kind="support">
      <header className="brand-header">
        {display !== null && <BrandMark brandName={display.brand.name} />}
        <div className="support-name">
          <p className="brand-name">{t('support.name')}</p>
          <p className="kiosk-name-place">{place}</p>
        </div>
        <button type="button" className="button support-close" onClick={onClose}>
          {t('support.close')}
        </button>
      </header>
      {view.kind === 'linked' ? (
        // Another helper has never heard of the challenge, nor of the grant.
        <TechnicianPanel
          key={view.snapshot.helper.processId}
          deviceId={view.snapshot.device.id}
          {...{ clock, onAnnounce }}
        />
      ) : (
        <Message notice="unlinked.away" />
      )}
    </ScreenFrame>
  )
}
