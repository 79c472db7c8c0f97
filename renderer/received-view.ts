/** What the page knows after a view arrived. Pure; keeps nothing of a code or a person from one view to the next. */
import type { KioskView } from '../contract/window-bridge.ts'

/** How far the helper's monotonic clock is ahead of `performance.now()`. */
export type HelperClock = { readonly aheadMs: number }

export type ReceivedView = {
  view: KioskView
  clock: HelperClock
  /** Whether the last code shown was one to type: while it is renewed, the card keeps that shape and nothing else. */
  codePrefilled: boolean
}

/** Before the shell answered: the helper has never been seen. */
export const NOTHING_RECEIVED: ReceivedView = {
  view: { kind: 'unlinked', everLinked: false },
  clock: { aheadMs: 0 },
  codePrefilled: true,
}

/** @param receivedAtMs `performance.now()` at receipt */
export function receiveView(previous: ReceivedView, view: KioskView, receivedAtMs: number): ReceivedView {
  if (view.kind === 'unlinked') return { ...previous, view }
  const { clock, session } = view.snapshot
  return {
    view,
    clock: { aheadMs: clock.monotonicMs - receivedAtMs },
    codePrefilled: session.kind === 'awaitingApproval' ? session.codePrefilled : previous.codePrefilled,
  }
}
