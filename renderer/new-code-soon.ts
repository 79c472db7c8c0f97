/** From when the screen says that a new code is coming. Pure. */
import type { KioskView } from '../contract/window-bridge.ts'

export const NEW_CODE_SOON_MS = 60_000

/** A code that lives hardly longer than that is announced itself; news of the next one would take its place. */
const SHORTEST_LIFE_MS = 2 * NEW_CODE_SOON_MS

/** On the helper's clock; Infinity where there is nothing to say. */
export function newCodeSoonAtMs(view: KioskView): number {
  if (view.kind === 'unlinked' || view.snapshot.session.kind !== 'awaitingApproval') return Number.POSITIVE_INFINITY
  const { issuedAtMs, expiresAtMs } = view.snapshot.session
  return expiresAtMs - issuedAtMs < SHORTEST_LIFE_MS ? Number.POSITIVE_INFINITY : expiresAtMs - NEW_CODE_SOON_MS
}
