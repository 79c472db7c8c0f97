/** What a screen reader is told when the state changes. Pure; says no more than the screen shows. */
import { assertNever } from '../contract/kiosk-error.ts'
import type { SessionState } from '../contract/session-state.ts'
import { spokenNotice, type Translate } from './languages/texts.ts'
import { POLL_TROUBLE_KINDS } from './poll-trouble-kind.ts'
import type { ReceivedView } from './received-view.ts'
import { shortUrl } from './short-url.ts'
import { spelledUserCode } from './user-code-text.ts'

type Announced = Pick<ReceivedView, 'view' | 'firstPollTrouble'> & {
  isIdleWarning: boolean
  isCodeSoonOver: boolean
}

/** The text is read out when it changes: it stays the same while polls fail and recover, and while seconds run down. */
export function announcementOf(
  { view, firstPollTrouble, isIdleWarning, isCodeSoonOver }: Announced,
  t: Translate,
): string {
  if (view.kind === 'unlinked') return spokenNotice(t, view.everLinked ? 'unlinked.away' : 'unlinked.starting')
  if (isCodeSoonOver) return `${t('approve.newCodeSoon')}.`
  if (firstPollTrouble !== null) {
    return `${t(`approve.pollTrouble.${POLL_TROUBLE_KINDS[firstPollTrouble.code]}`)}. ${t('approve.codeStaysGood')}`
  }
  if (isIdleWarning) return `${t('signedIn.idle.question')} ${t('signedIn.idle.spoken')}`
  if (view.snapshot.app !== null && view.app === 'unreachable') return spokenNotice(t, 'signedIn.app.unreachable')
  return sessionAnnouncement(view.snapshot.session, t)
}

function sessionAnnouncement(session: SessionState, t: Translate): string {
  switch (session.kind) {
    case 'starting':
      return `${t('starting')}.`
    case 'unprovisioned':
      return `${t('unprovisioned.title')}. ${t('unprovisioned.body', { problems: session.problems.length })}`
    case 'attract':
      return `${t('attract.touchToSignIn')}.`
    case 'preparing':
      return session.reason === 'renewal' ? `${t('renewing')}.` : spokenNotice(t, 'preparing')
    case 'awaitingApproval':
      return approveAnnouncement(session, t)
    case 'confirming':
      return `${t('confirming.welcome', { name: session.displayName })} ${t('confirming.question')}`
    case 'signedIn':
      return `${t('signedIn.title')}.`
    case 'ended':
      return spokenNotice(t, `ended.${session.reason}`)
    case 'trouble':
      return spokenNotice(t, `trouble.${session.code}`)
    default:
      return assertNever(session)
  }
}

function approveAnnouncement(session: Extract<SessionState, { kind: 'awaitingApproval' }>, t: Translate): string {
  const code = t('approve.userCodeName', { spelled: spelledUserCode(session.userCode, t('approve.dash')) })
  const replaced = session.replacedBecause === null ? '' : `${t(`approve.replaced.${session.replacedBecause}`)} `
  return `${replaced}${t('approve.title')}. ${t('approve.withoutCamera')} ${shortUrl(session.verificationUri)}. ${code}.`
}
