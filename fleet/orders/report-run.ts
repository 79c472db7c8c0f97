/** Tells of an order's receipts as they come: in words with a bar on a terminal, or as JSON lines. */
import type { ReceiptPayload } from '../../contract/remote-orders.ts'
import { plainLines, plainText } from '../follow/plain-text.ts'
import type { ReceiptFault } from './check-receipt.ts'
import type { Chosen } from './choose-kiosks.ts'
import { countRun, type OrderRun, type RunCounts, type Standing } from './order-run.ts'
import { chosenText, receiptFaultWords, remainderText, standingWords, summaryText } from './order-words.ts'

const BAR_WIDTH = 24
const CLEAR_LINE = '\r\u001b[K'

export type RunReport = {
  /** Before anything is asked or sent. */
  chosen(chosen: Chosen): void
  changed(deviceId: string, standing: Standing, run: OrderRun): void
  noReceipt(deviceId: string, why: ReceiptFault): void
  /** Statements of a kiosk that nobody has judged, or told of: it has made too many. */
  unjudged(deviceId: string, count: number): void
  ended(run: OrderRun, about: { expiresAtEpochMs: number; wasInterrupted: boolean }): void
}

export function barText({ kiosks, waiting }: RunCounts): string {
  const over = kiosks - waiting
  const filled = kiosks === 0 ? BAR_WIDTH : Math.floor((over / kiosks) * BAR_WIDTH)
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}] ${over}/${kiosks}`
}

function diagnosticsOf({ outcome }: ReceiptPayload): string | null {
  return outcome.kind === 'done' && outcome.diagnostics !== undefined ? plainLines(outcome.diagnostics) : null
}

function kioskLines(deviceId: string, standing: Standing): string {
  const after = standing.kind === 'receipted' ? ` (${Math.round(standing.afterMs)} ms)` : ''
  const diagnostics = standing.kind === 'receipted' ? diagnosticsOf(standing.receipt) : null
  const more = diagnostics === null ? '' : `\n${diagnostics.replace(/^/gm, '    ')}`
  return `${deviceId}  ${plainText(standingWords(standing))}${after}${more}\n`
}

/** Not told while the order ran. */
const isLeft = ({ kind }: Standing) => kind === 'waiting' || kind === 'given-up'

/** What came of it to standard output; how far it is to standard error, where that is a terminal. */
export function wordsReport(): RunReport {
  const hasBar = process.stderr.isTTY
  const clear = () => hasBar && process.stderr.write(CLEAR_LINE)
  const warn = (text: string) => {
    clear()
    process.stderr.write(`${text}\n`)
  }
  return {
    chosen: (chosen) => warn(chosenText(chosen).join('\n')),
    changed(deviceId, standing, run) {
      clear()
      if (standing.kind !== 'waiting') process.stdout.write(kioskLines(deviceId, standing))
      if (hasBar) process.stderr.write(barText(countRun(run)))
    },
    noReceipt: (deviceId, why) =>
      warn(`${deviceId}  what calls itself a receipt ${receiptFaultWords(why)}: it does not count`),
    unjudged: (deviceId, count) => warn(`${deviceId}  and ${count} more that call themselves receipts`),
    ended(run, { expiresAtEpochMs, wasInterrupted }) {
      clear()
      for (const [deviceId, { standing }] of run.kiosks) {
        if (isLeft(standing)) process.stdout.write(kioskLines(deviceId, standing))
      }
      const end = [
        summaryText(run, countRun(run)),
        ...(wasInterrupted ? ['Interrupted.'] : []),
        ...remainderText(run, expiresAtEpochMs),
      ]
      process.stdout.write(`${end.join('\n')}\n`)
    },
  }
}

export function jsonReport(): RunReport {
  const line = (content: object) => void process.stdout.write(`${JSON.stringify(content)}\n`)
  return {
    chosen: ({ deviceIds, ...about }) => line({ kind: 'chosen', kiosks: deviceIds.length, ...about }),
    changed(deviceId, standing) {
      if (standing.kind !== 'waiting') line({ deviceId, ...standing })
    },
    noReceipt: (deviceId, why) => line({ kind: 'no-receipt', deviceId, why }),
    unjudged: (deviceId, count) => line({ kind: 'no-receipt', deviceId, why: 'too-many', count }),
    ended(run, { expiresAtEpochMs, wasInterrupted }) {
      const idsOf = (...kinds: Standing['kind'][]) =>
        [...run.kiosks].filter(([, { standing }]) => kinds.includes(standing.kind)).map(([deviceId]) => deviceId)
      line({
        kind: 'summary',
        order: run.order,
        ...countRun(run),
        waitingFor: idsOf('waiting'),
        notSentTo: idsOf('not-sent', 'given-up', 'nobody-there'),
        expiresAtEpochMs,
        wasInterrupted,
      })
    },
  }
}
