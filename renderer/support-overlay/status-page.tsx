/** What anybody at the screen may see: whether sign-ins work, since when, and how to name this kiosk on the phone. */
import type { ReactNode } from 'react'
import type { BundleStatus } from '../../contract/bundle-status.ts'
import type { KioskSnapshot, SessionState } from '../../contract/session-state.ts'
import type { SupportConnection, SupportStatus } from '../../contract/support.ts'
import { supportCode } from '../../contract/support-code.ts'
import { useLanguage } from '../languages/language-context.ts'
import type { HelperClock } from '../received-view.ts'
import { useMsLeft } from '../use-helper-time.ts'
import { StatusDot, type Tone } from './fact-card.tsx'
import { agoText, dateText, spanText, timeText } from './time-words.ts'

type StatusPageProps = {
  session: SessionState
  bundle: BundleStatus | null
  device: KioskSnapshot['device']
  version: string
  status: SupportStatus | null
  clock: HelperClock
  children: ReactNode
}

export function StatusPage({ session, bundle, device, version, status, clock, children }: StatusPageProps) {
  const { t } = useLanguage()
  // Draws again as time goes by; what has passed is what is left of nothing, the other way round.
  useMsLeft(clock, 0)
  const nowMs = performance.now() + clock.aheadMs
  return (
    <div className="status-page">
      <div className="status-cards">
        <Connection connection={status?.connection ?? null} nowMs={nowMs} />
        <TokenIssue epochMs={status?.lastTokenIssueEpochMs ?? null} />
        <Validity session={session} token={status?.token ?? null} nowMs={nowMs} />
        <StatusCard title={t('support.screen')} value={t(`support.state.${session.kind}`)} tone={toneOf(session)}>
          {t('support.version', { version })}
        </StatusCard>
        <Device device={device} />
        {bundle !== null && <Settings bundle={bundle} />}
        <LastFault session={session} status={status} />
      </div>
      <div className="status-actions">{children}</div>
    </div>
  )
}

type StatusCardProps = { title: string; value: ReactNode; tone?: Tone; isCode?: boolean; children?: ReactNode }

export function StatusCard({ title, value, tone, isCode = false, children }: StatusCardProps) {
  return (
    <section className="status-card">
      <h2 className="status-card-title">{title}</h2>
      <p className="status-card-value" data-code={isCode}>
        {tone !== undefined && <StatusDot tone={tone} />}
        <span>{value}</span>
      </p>
      {children !== undefined && <p className="status-card-detail">{children}</p>}
    </section>
  )
}

function toneOf({ kind }: SessionState): Tone {
  if (kind === 'trouble' || kind === 'unprovisioned') return 'bad'
  return kind === 'starting' ? 'quiet' : 'good'
}

function Device({ device: { id, activation } }: Pick<StatusPageProps, 'device'>) {
  const { language, t } = useLanguage()
  return (
    <StatusCard title={t('support.deviceId')} value={<bdi dir="ltr">{id}</bdi>} isCode>
      {activation === null
        ? undefined
        : activation.kind === 'inactive'
          ? t('support.notActivated')
          : t('support.activated', { date: dateText(language, activation.sinceEpochMs) })}
    </StatusCard>
  )
}

function Connection({ connection, nowMs }: { connection: SupportConnection | null; nowMs: number }) {
  const { language, t } = useLanguage()
  const title = t('support.connection.title')
  if (connection === null || connection.kind === 'untried') {
    return <StatusCard title={title} value={t('support.connection.untried')} tone="quiet" />
  }
  if (connection.kind === 'answered') {
    const ago = agoText(language, nowMs - connection.atMs)
    return (
      <StatusCard title={title} value={t('support.connection.answered')} tone="good">
        {t('support.connection.lastAnswer', { ago })}
      </StatusCard>
    )
  }
  return (
    <StatusCard title={title} value={t('support.connection.failing')} tone="bad">
      {t('support.connection.since', { span: spanText(language, nowMs - connection.sinceMs) })}
    </StatusCard>
  )
}

function TokenIssue({ epochMs }: { epochMs: number | null }) {
  const { language, t } = useLanguage()
  const title = t('support.token.title')
  if (epochMs === null) return <StatusCard title={title} value={t('support.token.none')} tone="quiet" />
  return (
    <StatusCard title={title} value={timeText(language, epochMs, Date.now())} tone="good">
      {agoText(language, Date.now() - epochMs)}
    </StatusCard>
  )
}

type ValidityProps = { session: SessionState; token: SupportStatus['token']; nowMs: number }

function Validity({ session, token, nowMs }: ValidityProps) {
  const { t } = useLanguage()
  const title = t('support.validity.title')
  if (token === null && session.kind !== 'signedIn') {
    return <StatusCard title={title} value={t('support.validity.none')} tone="quiet" />
  }
  return (
    <section className="status-card">
      <h2 className="status-card-title">{title}</h2>
      {token !== null && (
        <ValidityBar
          name={t(token.isRenewed ? 'support.validity.renewedToken' : 'support.validity.token')}
          {...{ fromMs: token.issuedAtMs, untilMs: token.expiresAtMs, nowMs }}
        />
      )}
      {session.kind === 'signedIn' && (
        <ValidityBar
          name={t('support.validity.session')}
          {...{ fromMs: session.since, untilMs: session.validUntil, nowMs }}
        />
      )}
    </section>
  )
}

type ValidityBarProps = { name: string; fromMs: number; untilMs: number; nowMs: number }

function ValidityBar({ name, fromMs, untilMs, nowMs }: ValidityBarProps) {
  const { language } = useLanguage()
  const leftMs = Math.max(0, untilMs - nowMs)
  return (
    <div className="validity">
      <span>{name}</span>
      <span className="validity-left">{spanText(language, leftMs)}</span>
      <meter className="validity-bar" min={0} max={Math.max(1, untilMs - fromMs)} value={leftMs} aria-label={name} />
    </div>
  )
}

/** A bundle that simply runs needs no words unless it is signed: then its version is what a technician compares. */
function Settings({ bundle: { signed, refused, waiting } }: { bundle: BundleStatus }) {
  const { t } = useLanguage()
  const [first] = refused
  if (signed === null && first === undefined && waiting.length === 0) return null
  const state = first === undefined ? (waiting.length > 0 ? 'waiting' : 'running') : 'refused'
  const tone = { refused: 'bad', waiting: 'warning', running: 'good' } as const
  const detail = [
    first === undefined ? null : supportCode(first.code),
    signed && t('support.settings.version', { version: `${signed.version}` }),
  ].filter((part) => part !== null)
  return (
    <StatusCard title={t('support.settings.title')} value={t(`support.settings.${state}`)} tone={tone[state]}>
      {detail.join(' · ')}
    </StatusCard>
  )
}

function LastFault({ session, status }: { session: SessionState; status: SupportStatus | null }) {
  const { language, t } = useLanguage()
  const title = t('trouble.supportCode')
  const present = session.kind === 'trouble' ? supportCode(session.code) : null
  const code = present ?? status?.lastFault?.supportCode ?? null
  if (code === null) return <StatusCard title={title} value={t('support.noFault')} tone="quiet" />
  const isPresent = present !== null || status?.lastFault == null
  return (
    <StatusCard title={title} value={<bdi dir="ltr">{code}</bdi>} tone={isPresent ? 'bad' : 'warning'} isCode>
      {isPresent ? t('support.state.trouble') : agoText(language, Date.now() - (status?.lastFault?.atEpochMs ?? 0))}
    </StatusCard>
  )
}
