/** What the page knows after a view arrived. Pure; keeps nothing of a code or a person from one view to the next. */
import type { TroubleCode } from '../contract/kiosk-error.ts'
import type { KioskSnapshot, SessionState } from '../contract/session-state.ts'
import type { KioskView } from '../contract/window-bridge.ts'

/** How far the monotonic clock of a helper process is ahead of `performance.now()`. */
export type HelperClock = { readonly processId: number | null; readonly aheadMs: number }

/** When a session ends unless somebody uses the kiosk before, and from when the screen says so. */
export type IdleLimit = { readonly untilMs: number; readonly warnAtMs: number }

/** The first failed poll of a code: a screen reader hears of one, not of each. */
type FirstPollTrouble = { readonly generation: number; readonly code: TroubleCode }

export type ReceivedView = {
  view: KioskView
  clock: HelperClock
  /** Whether the last code shown was one to type: while it is renewed, the card keeps that shape and nothing else. */
  codePrefilled: boolean
  idleLimit: IdleLimit | null
  firstPollTrouble: FirstPollTrouble | null
}

/** The warning comes this long before the end, or after half of a limit that is hardly longer. */
const IDLE_WARNING_MS = 30_000

/** Before the shell answered: the helper has never been seen. */
export const NOTHING_RECEIVED: ReceivedView = {
  view: { kind: 'unlinked', everLinked: false },
  clock: { processId: null, aheadMs: 0 },
  codePrefilled: true,
  idleLimit: null,
  firstPollTrouble: null,
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

/** A limit that moved was set a moment ago, so what is left of it then is nearly all of it. */
function readIdleLimit(previous: IdleLimit | null, session: SessionState, nowMs: number): IdleLimit | null {
  if (session.kind !== 'signedIn' || session.idleUntil === null) return null
  if (session.idleUntil === previous?.untilMs) return previous
  const leftMs = Math.max(0, session.idleUntil - nowMs)
  return { untilMs: session.idleUntil, warnAtMs: session.idleUntil - Math.min(IDLE_WARNING_MS, leftMs / 2) }
}

function readFirstPollTrouble(previous: FirstPollTrouble | null, session: SessionState): FirstPollTrouble | null {
  if (session.kind !== 'awaitingApproval') return null
  const { generation, pollTrouble } = session
  if (previous?.generation === generation) return previous
  return pollTrouble === null ? null : { generation, code: pollTrouble }
}

/** @param receivedAtMs `performance.now()` at receipt */
export function receiveView(previous: ReceivedView, view: KioskView, receivedAtMs: number): ReceivedView {
  if (view.kind === 'unlinked') return { ...previous, view, idleLimit: null, firstPollTrouble: null }
  const { session, clock } = view.snapshot
  return {
    view,
    clock: readClock(previous.clock, view.snapshot, receivedAtMs),
    codePrefilled: session.kind === 'awaitingApproval' ? session.codePrefilled : previous.codePrefilled,
    idleLimit: readIdleLimit(previous.idleLimit, session, clock.monotonicMs),
    firstPollTrouble: readFirstPollTrouble(previous.firstPollTrouble, session),
  }
}
