/** The page's words for what kiosks and orders say in codes. The terminal shows the codes themselves. */
import type { z } from 'zod'
import { assertNever } from '../../contract/kiosk-error.ts'
import type { OrderDeed, OrderFailure, OrderName, OrderOutcome, OrderRefusal } from '../../contract/remote-orders.ts'
import type { Presence, ReportedState } from '../../contract/reported-state.ts'
import type { endReasonSchema } from '../../contract/session-state.ts'
import type { Standing } from '../orders/order-run.ts'

type StateKind = ReportedState['session']['kind']

const STATE_WORDS: Readonly<Record<StateKind, string>> = {
  starting: 'Starting',
  unprovisioned: 'Not set up',
  attract: 'Ready',
  preparing: 'Getting a code',
  awaitingApproval: 'Showing a code',
  confirming: 'Asking who it is',
  signedIn: 'Signed in',
  ended: 'Session ended',
  trouble: 'In trouble',
}
const wordsOfState = new Map<string, string>(Object.entries(STATE_WORDS))

/** A picture's kind is any text; one that this page does not know is shown as it came. */
export function stateWords(kind: StateKind | string): string {
  return wordsOfState.get(kind) ?? kind
}

export const END_WORDS: Readonly<Record<z.infer<typeof endReasonSchema>, string>> = {
  'signed-out': 'signed out at the screen',
  'not-me': '“Not me” was pressed',
  'not-confirmed': 'nobody confirmed who it is',
  'shift-over': 'the shift was over',
  idle: 'nobody used it',
  'provider-ended': 'the provider ended it',
  'not-renewed': 'its tokens could not be renewed',
  'device-refused': 'the device is not admitted any more',
  'screen-lost': 'the screen was lost',
  revoked: 'an order revoked it',
  wiped: 'an order wiped the kiosk',
  restarted: 'an order restarted the sign-in',
}

export function presenceWords(presence: Presence['kind'], because: string | null): string {
  if (presence === 'online') return 'Online'
  return because === 'helper-stopped' ? 'Offline: the kiosk has stopped' : 'Offline: the connection was lost'
}

/** `verb` begins a question and is on the button; `about` says what comes of it. */
export const ORDER_WORDS: Readonly<Record<OrderName, { verb: string; about: string }>> = {
  'revoke-session': { verb: 'Revoke session', about: 'Ends the session, or takes the code off the screen.' },
  'refresh-tokens': { verb: 'Refresh tokens', about: 'Renews the session’s tokens now.' },
  'restart-sign-in': { verb: 'Restart sign-in', about: 'Ends the session and shows a fresh code.' },
  'reload-config': { verb: 'Reload bundle', about: 'Looks for a new bundle now.' },
  'collect-diagnostics': { verb: 'Diagnose', about: 'Answers with what a technician would see.' },
  wipe: { verb: 'Wipe', about: 'Ends the session and destroys the device key. An order cannot be taken back.' },
}

const DEED_WORDS: Readonly<Record<OrderDeed, string>> = {
  'session-ended': 'session ended',
  'sign-in-abandoned': 'code taken off the screen',
  'nothing-to-end': 'there was no session',
  'revocation-asked': 'provider asked to revoke',
  'revocation-not-offered': 'provider offers no revocation',
  'tokens-renewed': 'tokens renewed',
  'code-requested': 'fresh code asked for',
  'no-code-yet': 'no fresh code yet',
  'vault-destroyed': 'device key destroyed',
  'bundle-unchanged': 'bundle unchanged',
  'bundle-taken': 'new bundle taken',
  'diagnostics-collected': 'diagnostics collected',
}

const REFUSAL_WORDS: Readonly<Record<OrderRefusal, string>> = {
  'too-large': 'the order was too large',
  'not-signed': 'the order was not signed',
  'wrong-kind': 'what it was sent is no order',
  'unknown-key': 'it does not pin this order key',
  'wrong-algorithm': 'the order’s algorithm is not its key’s',
  'wrong-signature': 'the order’s signature is wrong',
  malformed: 'the order was malformed',
  'unknown-order': 'it does not know this order',
  'wrong-device': 'the order was for another device',
  'lifetime-too-long': 'the order was to count for too long',
  replayed: 'it had this order before',
  'not-valid-yet': 'the order is of the future: compare the clocks',
  expired: 'the order came too late',
  'too-many': 'it has too many orders to remember',
}

const FAILURE_WORDS: Readonly<Record<OrderFailure, string>> = {
  'no-session': 'nobody is signed in',
  'not-renewable': 'the provider gave no refresh token',
  'session-lost': 'the provider refused, and the session has ended',
  'provider-unreachable': 'the provider cannot be reached',
  'sign-in-waits': 'it may not ask for a code now',
  'not-provisioned': 'it is not set up',
  'vault-not-destroyed': 'the vault could not be destroyed; it tries again at each start',
  'bundle-refused': 'the new bundle was refused',
  unexpected: 'something unexpected: read its audit trail',
}

export function outcomeSentence(outcome: OrderOutcome): string {
  switch (outcome.kind) {
    case 'done':
      return `done: ${outcome.did.map((deed) => DEED_WORDS[deed]).join(', ') || 'nothing to do'}`
    case 'refused':
      return `refused: ${REFUSAL_WORDS[outcome.reason]}`
    case 'failed':
      return `failed: ${FAILURE_WORDS[outcome.reason]}${outcome.code === null ? '' : ` (${outcome.code})`}`
    default:
      return assertNever(outcome)
  }
}

export function standingSentence(standing: Standing, isOver: boolean): string {
  switch (standing.kind) {
    case 'receipted':
      return outcomeSentence(standing.receipt.outcome)
    case 'waiting': {
      if (!standing.isAtBroker) return 'not sent yet: the broker has not taken it'
      return isOver ? 'never answered: the order counts no more' : 'no receipt yet: the broker keeps the order for it'
    }
    case 'nobody-there':
      return 'not delivered: this id never connected, or was away too long for the broker to keep anything'
    case 'not-sent':
      return `not sent: ${standing.why}`
    case 'given-up':
      return standing.isOnTheWay ? 'given up: the broker may have it or not' : 'not sent'
    default:
      return assertNever(standing)
  }
}

export const kioskCount = (count: number): string => (count === 1 ? '1 kiosk' : `${count} kiosks`)
