/** What support sees in place of the screen, over every state of the kiosk. Never shows a person or a token. */
import { useEffect, useRef, useState } from 'react'
import type { KioskView } from '../../contract/window-bridge.ts'
import { BrandMark } from '../components/brand-mark.tsx'
import { ScreenFrame } from '../components/screen-frame.tsx'
import { useText } from '../languages/language-context.ts'
import type { HelperClock } from '../received-view.ts'
import type { Send } from '../use-kiosk.ts'
import { StatusCard } from './status-page.tsx'
import type { SupportPage } from './support-page.ts'
import { SupportPages } from './support-pages.tsx'
import { useFocusTrap } from './use-focus-trap.ts'
import type { LastLinked } from './use-last-linked.ts'

type SupportOverlayProps = {
  view: KioskView
  /** What the helper said last, for while it is away. */
  lastLinked: LastLinked | null
  codePrefilled: boolean
  clock: HelperClock
  send: Send
  onAnnounce: (text: string) => void
  onClose: () => void
}

export function SupportOverlay({ view, lastLinked, onAnnounce, onClose, ...given }: SupportOverlayProps) {
  const t = useText()
  const [page, setPage] = useState<SupportPage>('status')
  const content = useRef<HTMLDivElement>(null)
  useFocusTrap(content)
  const display = view.kind === 'linked' ? view.snapshot.display : lastLinked?.display
  const place = display ? [display.kioskName, display.place].filter((part) => part !== '').join(' · ') : ''
  return (
    <ScreenFrame kind="support">
      <div className="support" ref={content}>
        <header className="brand-header">
          {display && <BrandMark brandName={display.brand.name} />}
          <div className="support-name">
            <h1 className="brand-name">{t('support.name')}</h1>
            <p className="kiosk-name-place">{place}</p>
          </div>
          {page === 'technician' && (
            <button type="button" className="button support-close" onClick={() => setPage('status')}>
              {t('support.back')}
            </button>
          )}
          <button type="button" className="button support-close" onClick={onClose}>
            {t('support.close')}
          </button>
        </header>
        {view.kind === 'linked' ? (
          // Another helper has never heard of the challenge, nor of the grant.
          <SupportPages
            key={view.snapshot.helper.processId}
            snapshot={view.snapshot}
            {...{ page, onAnnounce, ...given }}
            onPage={setPage}
          />
        ) : (
          <Unlinked lastLinked={lastLinked} onAnnounce={onAnnounce} />
        )}
      </div>
    </ScreenFrame>
  )
}

/** The helper is away: what the screen itself knows, and that it is no more than that. */
function Unlinked({ lastLinked, onAnnounce }: Pick<SupportOverlayProps, 'lastLinked' | 'onAnnounce'>) {
  const t = useText()
  const announcement = `${t('support.away.title')}. ${t('support.away.body')}`
  useEffect(() => onAnnounce(announcement), [onAnnounce, announcement])
  return (
    <div className="status-page">
      <div className="support-away">
        <h1 className="support-title">{t('support.away.title')}</h1>
        <p className="support-advice">{t('support.away.body')}</p>
      </div>
      <div className="status-cards">
        <StatusCard title={t('support.screen')} value={t('support.state.unlinked')} tone="bad" />
        <StatusCard title={t('support.deviceId')} value={lastLinked?.device.id ?? t('support.value.unknown')} isCode>
          {lastLinked && t('support.version', { version: lastLinked.helper.version })}
        </StatusCard>
      </div>
    </div>
  )
}
