/** What the page knows after a view arrived. Pure; keeps nothing of a code or a person from one view to the next. */
import type { KioskSnapshot } from '../contract/session-state.ts'
import type { KioskView } from '../contract/window-bridge.ts'

/** How far the monotonic clock of a helper process is ahead of `performance.now()`. */
export type HelperClock = { readonly processId: number | null; readonly aheadMs: number }

export type ReceivedView = {
  view: KioskView
  clock: HelperClock
  /** Whether the last code shown was one to type: while it is renewed, the card keeps that shape and nothing else. */
  codePrefilled: boolean
}

/** Before the shell answered: the helper has never been seen. */
export const NOTHING_RECEIVED: ReceivedView = {
  view: { kind: 'unlinked', everLinked: false },
  clock: { processId: null, aheadMs: 0 },
  codePrefilled: true,
}

/**
 * A snapshot takes its time to arrive, so each one makes the helper's clock look a little late: of one process's
 * snapshots, the fastest is the closest to the truth, and time left never jumps up.
 */
function readClock(previous: HelperClock, { clock, helper }: KioskSnapshot, receivedAtMs: number): HelperClock {
  const { processId } = helper
  const aheadMs = clock.monotonicMs - receivedAtMs
  return { processId, aheadMs: previous.processId === processId ? Math.max(previous.aheadMs, aheadMs) : aheadMs }
}

/** @param receivedAtMs `performance.now()` at receipt */
export function receiveView(previous: ReceivedView, view: KioskView, receivedAtMs: number): ReceivedView {
  if (view.kind === 'unlinked') return { ...previous, view }
  const { session } = view.snapshot
  return {
    view,
    clock: readClock(previous.clock, view.snapshot, receivedAtMs),
    codePrefilled: session.kind === 'awaitingApproval' ? session.codePrefilled : previous.codePrefilled,
  }
}
