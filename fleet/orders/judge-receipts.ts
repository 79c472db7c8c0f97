/** Judges what calls itself a receipt, one of each kiosk at a time. Never lets one that says too much keep others waiting. */
import { type CheckedReceipt, checkReceipt } from './check-receipt.ts'
import type { FleetAuthority } from './fleet-authority.ts'

/** A kiosk that comes back answers what has waited for it, all at once; more than this is none of ours. */
const WAITING_LIMIT = 1_000

type ReceiptJudge = {
  /** What comes while too many of this kiosk wait is dropped, and counted. */
  take(deviceId: string, jws: Uint8Array): void
  /** By device; of those that dropped any. */
  dropped(): ReadonlyMap<string, number>
}

export function judgeReceipts(
  authority: FleetAuthority,
  onJudged: (deviceId: string, checked: CheckedReceipt) => void,
): ReceiptJudge {
  const waiting = new Map<string, Uint8Array[]>()
  const dropped = new Map<string, number>()

  async function work(deviceId: string, mine: Uint8Array[]): Promise<void> {
    for (let jws = mine.shift(); jws; jws = mine.shift()) {
      onJudged(deviceId, await checkReceipt(jws, deviceId, authority, Date.now()))
    }
    waiting.delete(deviceId)
  }

  return {
    take(deviceId, jws) {
      const mine = waiting.get(deviceId)
      if (mine && mine.length >= WAITING_LIMIT) dropped.set(deviceId, (dropped.get(deviceId) ?? 0) + 1)
      else if (mine) mine.push(jws)
      else {
        const first = [jws]
        waiting.set(deviceId, first)
        void work(deviceId, first)
      }
    },
    dropped: () => dropped,
  }
}
