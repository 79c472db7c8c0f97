/** What a screen reader is told when the state changes. Pure; says no more than the screen shows. */
import { assertNever } from '../contract/kiosk-error.ts'
import type { SessionState } from '../contract/session-state.ts'
import type { Notice, Wording } from './languages/wording.ts'
import { POLL_TROUBLE_KINDS } from './poll-trouble-kind.ts'
import type { ReceivedView } from './received-view.ts'
import { shortUrl } from './short-url.ts'
import { spelledUserCode } from './user-code-text.ts'

type Announced = Pick<ReceivedView, 'view' | 'firstPollTrouble'> & { isIdleWarning: boolean }

/** The text is read out when it changes: it stays the same while polls fail and recover, and while seconds run down. */
export function announcementOf({ view, firstPollTrouble, isIdleWarning }: Announced, wording: Wording): string {
  if (view.kind === 'unlinked') return spoken(view.everLinked ? wording.unlinked.away : wording.unlinked.starting)
  if (firstPollTrouble !== null) {
    const { pollTrouble, codeStaysGood } = wording.approve
    return `${pollTrouble[POLL_TROUBLE_KINDS[firstPollTrouble.code]]}. ${codeStaysGood}`
  }
  if (isIdleWarning) return `${wording.signedIn.idle.question} ${wording.signedIn.idle.spoken}`
  if (view.snapshot.app !== null && view.app === 'unreachable') return spoken(wording.signedIn.app.unreachable)
  return sessionAnnouncement(view.snapshot.session, wording)
}

function sessionAnnouncement(session: SessionState, wording: Wording): string {
  switch (session.kind) {
    case 'starting':
      return `${wording.starting}.`
    case 'unprovisioned':
      return `${wording.unprovisioned.title}. ${wording.unprovisioned.body(session.problems.length)}`
    case 'attract':
      return `${wording.attract.touchToSignIn}.`
    case 'preparing':
      return session.reason === 'renewal' ? `${wording.renewing}.` : spoken(wording.preparing)
    case 'awaitingApproval':
      return approveAnnouncement(session, wording)
    case 'confirming':
      return `${wording.confirming.welcome(session.displayName)} ${wording.confirming.question}`
    case 'signedIn':
      return `${wording.signedIn.title}.`
    case 'ended':
      return spoken(wording.ended[session.reason])
    case 'trouble':
      return spoken(wording.trouble.notices[session.code])
    default:
      return assertNever(session)
  }
}

function approveAnnouncement(
  session: Extract<SessionState, { kind: 'awaitingApproval' }>,
  { approve }: Wording,
): string {
  const code = approve.userCodeName(spelledUserCode(session.userCode, approve.dash))
  const replaced = session.replacedBecause === null ? '' : `${approve.replaced[session.replacedBecause]} `
  return `${replaced}${approve.title}. ${approve.withoutCamera} ${shortUrl(session.verificationUri)}. ${code}.`
}

function spoken(notice: Notice): string {
  return `${notice.title}. ${notice.body}`
}
