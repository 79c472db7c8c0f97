/** Orders, receipts and their faults in an operator's words. The kiosk's own are codes only. */
import { assertNever } from '../../contract/kiosk-error.ts'
import type { OrderName, OrderOutcome } from '../../contract/remote-orders.ts'
import type { ReceiptFault } from './check-receipt.ts'
import type { Chosen } from './choose-kiosks.ts'
import type { OrderRun, RunCounts, Standing } from './order-run.ts'

/** As they are typed. */
export const ORDER_COMMANDS = {
  revoke: 'revoke-session',
  refresh: 'refresh-tokens',
  restart: 'restart-sign-in',
  wipe: 'wipe',
  reload: 'reload-config',
  diagnose: 'collect-diagnostics',
} as const satisfies Readonly<Record<string, OrderName>>
export type OrderCommand = keyof typeof ORDER_COMMANDS

export function outcomeWords(outcome: OrderOutcome): string {
  switch (outcome.kind) {
    case 'done':
      return `done: ${outcome.did.join(', ') || 'nothing to do'}`
    case 'refused':
      return `refused: ${outcome.reason}`
    case 'failed':
      return `failed: ${outcome.reason}${outcome.code === null ? '' : ` (${outcome.code})`}`
    default:
      return assertNever(outcome)
  }
}

export function standingWords(standing: Standing): string {
  switch (standing.kind) {
    case 'receipted':
      return outcomeWords(standing.receipt.outcome)
    case 'waiting':
      return standing.isAtBroker ? 'no receipt yet: the broker has the order' : 'not at the broker yet'
    case 'nobody-there':
      return 'the broker keeps nothing for it: no kiosk has this id, or it has been away for too long'
    case 'not-sent':
      return `the broker did not take it: ${standing.why}`
    case 'given-up':
      return standing.isOnTheWay ? 'sent, but not acknowledged: the broker may have it or not' : 'not sent'
    default:
      return assertNever(standing)
  }
}

const FAULT_WORDS: Readonly<Record<ReceiptFault, string>> = {
  'too-large': 'is too large',
  'not-signed': 'is not signed as receipts are',
  'foreign-certificate': 'is signed with a certificate that the fleet’s authority has not given to a device',
  'certificate-over': 'is signed with a certificate that is not valid now',
  'certificate-revoked': 'is signed with a certificate that was revoked',
  'another-device': 'is another device’s',
  'wrong-signature': 'has a wrong signature',
  malformed: 'does not say what a receipt says',
}

export function receiptFaultWords(why: ReceiptFault): string {
  return FAULT_WORDS[why]
}

export function summaryText({ order, kiosks }: OrderRun, counts: RunCounts): string {
  const parts = [
    `${counts.done} done`,
    `${counts.refused} refused`,
    `${counts.failed} failed`,
    `${counts.waiting} without a receipt`,
    ...(counts.notSent > 0 ? [`${counts.notSent} not sent`] : []),
  ]
  return `${order} to ${kiosks.size} ${kiosks.size === 1 ? 'kiosk' : 'kiosks'}: ${parts.join(', ')}`
}

/** What the end of an order leaves to be done; nothing where every kiosk has answered. */
export function remainderText({ kiosks }: OrderRun, expiresAtEpochMs: number): string[] {
  const standings = [...kiosks.values()].map(({ standing }) => standing.kind)
  const countOf = (...kinds: Standing['kind'][]) => standings.filter((kind) => kinds.includes(kind)).length
  const waiting = countOf('waiting')
  const unsent = countOf('not-sent', 'given-up')
  const until = new Date(expiresAtEpochMs).toISOString()
  return [
    ...(waiting > 0 ? [`The broker keeps it for the ${waiting} without a receipt; it counts until ${until}.`] : []),
    ...(unsent > 0 ? [`The broker is not known to have the ${unsent} that were not sent: order again.`] : []),
  ]
}

/** What somebody types to wipe kiosks: the one's id, or how many there are. */
export function wipePhrase(deviceIds: readonly string[]): string {
  const [only = ''] = deviceIds
  return deviceIds.length === 1 ? only : `wipe ${deviceIds.length} kiosks`
}

export type WipeQuestion = {
  deviceIds: readonly string[]
  lifeSeconds: number
  /** Chosen by what they report, which nobody has signed. */
  isByReports: boolean
}

/** Names every kiosk: nobody can tell by a number whether it is the right ones. */
export function wipeQuestionText({ deviceIds, lifeSeconds, isByReports }: WipeQuestion, nowEpochMs: number): string {
  const isOne = deviceIds.length === 1
  const until = new Date(nowEpochMs + lifeSeconds * 1000).toISOString()
  return [
    `This wipes ${isOne ? 'one kiosk' : `${deviceIds.length} kiosks`}: ${deviceIds.join(' ')}`,
    ...(isByReports
      ? ['They are chosen by what they report, which is not signed: look whether these are the ones.']
      : []),
    'Whoever is signed in there is signed out, and the device key is destroyed. It cannot be taken back:',
    `a kiosk that is off is wiped when it comes back, until ${until}.`,
    `Type "${wipePhrase(deviceIds)}" to go on: `,
  ].join('\n')
}

/** Whom an order goes to, where their own reports say so, and who may be missing. */
export function chosenText({ deviceIds, of, unreadable, isComplete }: Chosen): string[] {
  const isOne = unreadable.length === 1
  return [
    `Chosen by what they report: ${deviceIds.length} of ${of} ${of === 1 ? 'kiosk' : 'kiosks'}`,
    ...(unreadable.length === 0
      ? []
      : [
          `${isOne ? 'One kiosk says' : `${unreadable.length} kiosks say`} nothing that can be read, and ${isOne ? 'is' : 'are'} left out: ${unreadable.join(' ')}`,
        ]),
    ...(isComplete ? [] : ['The broker had still more to tell after 15 s: kiosks may be missing. Order again.']),
  ]
}
