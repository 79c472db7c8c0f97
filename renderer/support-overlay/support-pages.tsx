/** The overlay while the helper is there: the page for everybody, a fresh code, and the technician's part behind its code. */
import { type ReactNode, useCallback, useEffect } from 'react'
import { assertNever } from '../../contract/kiosk-error.ts'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import { BusyDots } from '../components/busy-dots.tsx'
import { useText } from '../languages/language-context.ts'
import type { Translate } from '../languages/texts.ts'
import type { HelperClock } from '../received-view.ts'
import type { Send } from '../use-kiosk.ts'
import { spelledUserCode } from '../user-code-text.ts'
import { ChecksPage } from './checks-page.tsx'
import { DevicePage } from './device-page.tsx'
import { EventsPage } from './events-page.tsx'
import { FreshCodePage } from './fresh-code-page.tsx'
import { StatusPage } from './status-page.tsx'
import { type SupportPage, shownPage, TECHNICIAN_PAGES } from './support-page.ts'
import { TakeAwayPage } from './take-away-page.tsx'
import { technicianAnnouncement } from './technician-announcement.ts'
import { GrantBar, Leaving, TechnicianPanel } from './technician-panel.tsx'
import { type DiagnosticsOnGlass, useDiagnostics } from './use-diagnostics.ts'
import { usePolled } from './use-polled.ts'
import { useTechnician } from './use-technician.ts'

const STATUS_EVERY_MS = 2_000

type SupportPagesProps = {
  snapshot: KioskSnapshot
  codePrefilled: boolean
  clock: HelperClock
  page: SupportPage
  onPage: (page: SupportPage) => void
  send: Send
  onAnnounce: (text: string) => void
}

export function SupportPages({ snapshot, codePrefilled, clock, page, onPage, send, onAnnounce }: SupportPagesProps) {
  const t = useText()
  const technician = useTechnician(clock, shownPage(page, false) === 'technician')
  const { state } = technician
  const isGranted = state.kind === 'granted'
  const onGlass = useDiagnostics(isGranted)
  const { session, bundle, device, helper } = snapshot
  const readStatus = useCallback(() => window.kiosk.readSupportStatus(), [])
  const status = usePolled(readStatus, STATUS_EVERY_MS)
  const shown = shownPage(page, isGranted)

  useEffect(() => {
    if (shown !== page) onPage(shown)
  }, [shown, page, onPage])

  const isTechnicians = shown !== 'status' && shown !== 'freshCode'
  const announcement = isTechnicians ? technicianAnnouncement(state, t) : openAnnouncement(shown, snapshot, t)
  useEffect(() => onAnnounce(announcement), [onAnnounce, announcement])

  if (isGranted && state.step === 'asked-to-leave') return <Leaving technician={technician} />
  return (
    <>
      {isGranted && shown !== 'freshCode' && <Tabs shown={shown} onPage={onPage} />}
      {pageOf()}
    </>
  )

  function pageOf(): ReactNode {
    switch (shown) {
      case 'status':
        return (
          <StatusPage {...{ session, bundle, status, clock, device }} version={helper.version}>
            <button type="button" className="button button-primary" onClick={() => onPage('freshCode')}>
              {t('support.freshCode.open')}
            </button>
            {!isGranted && (
              <button type="button" className="button" onClick={() => onPage('technician')}>
                {t('technician.title')}
              </button>
            )}
          </StatusPage>
        )
      case 'freshCode':
        return <FreshCodePage {...{ session, codePrefilled, clock, send }} onBack={() => onPage('status')} />
      case 'technician':
        return <TechnicianPanel deviceId={device.id} {...{ technician, clock }} />
      case 'device':
        return (
          <>
            <OnceRead onGlass={onGlass}>{({ diagnostics }) => <DevicePage diagnostics={diagnostics} />}</OnceRead>
            {isGranted && <GrantBar {...{ state, technician, clock }} />}
          </>
        )
      case 'checks':
        return onGlass.checks === null ? <Waiting /> : <ChecksPage run={onGlass.checks} onRun={onGlass.runChecks} />
      case 'events':
        return <OnceRead onGlass={onGlass}>{({ diagnostics }) => <EventsPage diagnostics={diagnostics} />}</OnceRead>
      case 'takeAway':
        return <OnceRead onGlass={onGlass}>{({ diagnostics }) => <TakeAwayPage text={diagnostics.text} />}</OnceRead>
      default:
        return assertNever(shown)
    }
  }
}

/** For everybody's pages. A code is read out letter by letter, once. */
function openAnnouncement(shown: SupportPage, { session }: KioskSnapshot, t: Translate): string {
  if (shown === 'freshCode' && session.kind === 'awaitingApproval') {
    const code = t('approve.userCodeName', { spelled: spelledUserCode(session.userCode, t('approve.dash')) })
    return `${t('support.freshCode.shown')}. ${code}.`
  }
  return `${t('support.name')}. ${t(`support.state.${session.kind}`)}.`
}

function Tabs({ shown, onPage }: { shown: SupportPage; onPage: (page: SupportPage) => void }) {
  const t = useText()
  return (
    <nav className="support-tabs" aria-label={t('support.pages')}>
      {TECHNICIAN_PAGES.map((page) => (
        <button
          key={page}
          type="button"
          className="button support-tab"
          aria-current={page === shown ? 'page' : undefined}
          onClick={() => onPage(page)}
        >
          {t(`support.page.${page}`)}
        </button>
      ))}
    </nav>
  )
}

function Waiting() {
  return (
    <div className="message">
      <BusyDots />
    </div>
  )
}

type OnceReadProps = {
  onGlass: DiagnosticsOnGlass
  children: (read: { diagnostics: NonNullable<DiagnosticsOnGlass['diagnostics']> }) => ReactNode
}

function OnceRead({ onGlass: { diagnostics }, children }: OnceReadProps) {
  return diagnostics === null ? <Waiting /> : children({ diagnostics })
}
