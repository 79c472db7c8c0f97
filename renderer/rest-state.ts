/** Whether a screen rests: dimmed, because nobody needs it. Pure. Never dims a screen that somebody is expected to read. */
import type { SessionStateKind } from '../contract/session-state.ts'

export type RestState =
  | 'awake'
  | 'dimmed'
  /** The touch that woke the screen is not over yet, and must not press anything on it. */
  | 'waking'

const RESTING_KINDS: readonly SessionStateKind[] = ['attract', 'trouble', 'unprovisioned']

type Idleness = { kind: SessionStateKind | 'unlinked'; untouchedMs: number; dimAfterSeconds: number | null }

export function mayRest(kind: Idleness['kind'], rest: RestState): boolean {
  // A kiosk in trouble tries again by itself: the screen does not light up for that.
  if (kind === 'preparing') return rest === 'dimmed'
  return kind !== 'unlinked' && RESTING_KINDS.includes(kind)
}

/** The stylesheet knows where each is: the middle, and eight around it. */
const SHIFT_PLACES = 9
export const SHIFT_EVERY_MS = 60_000

/** Where the screen stands in the next minute; in the middle while somebody uses it. */
export function nextShift(place: number, untouchedMs: number): number {
  return untouchedMs < SHIFT_EVERY_MS ? 0 : (place + 1) % SHIFT_PLACES
}

/** The state as time goes by and screens come and go; touches are none of its business. */
export function restAfter(rest: RestState, { kind, untouchedMs, dimAfterSeconds }: Idleness): RestState {
  if (rest === 'waking') return rest
  const isIdle = dimAfterSeconds !== null && untouchedMs >= dimAfterSeconds * 1000
  return isIdle && mayRest(kind, rest) ? 'dimmed' : 'awake'
}
