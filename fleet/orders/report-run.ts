/** Tells of an order's receipts as they come: in words with a bar on a terminal, or as JSON lines. */
import type { ReceiptPayload } from '../../contract/remote-orders.ts'
import { plainLines, plainText } from '../follow/plain-text.ts'
import type { ReceiptFault } from './check-receipt.ts'
import { countRun, type OrderRun, type RunCounts, type Standing } from './order-run.ts'
import { receiptFaultWords, standingWords, summaryText } from './order-words.ts'

const BAR_WIDTH = 24
const CLEAR_LINE = '\r\u001b[K'

export type RunReport = {
  changed(deviceId: string, standing: Standing, run: OrderRun): void
  noReceipt(deviceId: string, why: ReceiptFault): void
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

/** What came of it to standard output; how far it is to standard error, where that is a terminal. */
export function wordsReport(): RunReport {
  const hasBar = process.stderr.isTTY
  const clear = () => hasBar && process.stderr.write(CLEAR_LINE)
  return {
    changed(deviceId, standing, run) {
      clear()
      if (standing.kind !== 'waiting') process.stdout.write(kioskLines(deviceId, standing))
      if (hasBar) process.stderr.write(barText(countRun(run)))
    },
    noReceipt(deviceId, why) {
      clear()
      process.stderr.write(`${deviceId}  what calls itself a receipt ${receiptFaultWords(why)}: it does not count\n`)
    },
    ended(run, { expiresAtEpochMs, wasInterrupted }) {
      clear()
      const counts = countRun(run)
      for (const [deviceId, { standing }] of run.kiosks) {
        if (standing.kind === 'waiting') process.stdout.write(kioskLines(deviceId, standing))
      }
      process.stdout.write(`${summaryText(run, counts)}\n`)
      if (counts.waiting === 0) return
      const until = new Date(expiresAtEpochMs).toISOString()
      const why = wasInterrupted ? 'Nobody waits any more. ' : ''
      process.stdout.write(`${why}The broker keeps the order for a kiosk that is off; it counts until ${until}.\n`)
    },
  }
}

export function jsonReport(): RunReport {
  const line = (content: object) => void process.stdout.write(`${JSON.stringify(content)}\n`)
  return {
    changed(deviceId, standing) {
      if (standing.kind !== 'waiting') line({ deviceId, ...standing })
    },
    noReceipt: (deviceId, why) => line({ kind: 'no-receipt', deviceId, why }),
    ended(run, { expiresAtEpochMs, wasInterrupted }) {
      const kiosks = [...run.kiosks]
      const waitingFor = kiosks.filter(([, { standing }]) => standing.kind === 'waiting').map(([deviceId]) => deviceId)
      const { order } = run
      line({ kind: 'summary', order, ...countRun(run), waitingFor, expiresAtEpochMs, wasInterrupted })
    },
  }
}
