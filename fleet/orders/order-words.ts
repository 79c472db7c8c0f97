/** Orders, receipts and their faults in an operator's words. The kiosk's own are codes only. */
import type { OrderName, OrderOutcome } from '../../contract/remote-orders.ts'
import type { ReceiptFault } from './check-receipt.ts'
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
  }
}

export function standingWords(standing: Standing): string {
  switch (standing.kind) {
    case 'receipted':
      return outcomeWords(standing.receipt.outcome)
    case 'waiting':
      return standing.isAtBroker ? 'no receipt yet: the broker has the order' : 'not at the broker yet'
    case 'nobody-there':
      return 'the broker knows no such kiosk, and keeps nothing for it'
    case 'not-sent':
      return `the broker did not take it: ${standing.why}`
  }
}

const FAULT_WORDS: Readonly<Record<ReceiptFault, string>> = {
  'too-large': 'is too large',
  'not-signed': 'is not signed as receipts are',
  'foreign-certificate': 'is signed with a certificate that the fleet’s authority has not given to a device',
  'certificate-over': 'is signed with a certificate that is not valid now',
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

/** What somebody types to wipe kiosks: the one's id, or how many there are. */
export function wipePhrase(deviceIds: readonly string[]): string {
  const [only = ''] = deviceIds
  return deviceIds.length === 1 ? only : `wipe ${deviceIds.length} kiosks`
}
