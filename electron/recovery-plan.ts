/** When a page that was lost is made anew, and with what on the glass until then. Pure. Never plans to leave it lost. */

/** How long the glass must stay right until earlier losses no longer count. */
const FORGIVEN_AFTER_MS = 120_000
/** Before the first, second, third and fourth try. */
const DELAYS_MS = [0, 1_000, 2_000, 4_000]
const CALM_PAGE_FROM = 3

/** Losses that came one soon after the other. */
export type QuickLosses = { count: number; lastAtMs: number }

export const NO_LOSSES: QuickLosses = { count: 0, lastAtMs: Number.NEGATIVE_INFINITY }

export function countLoss({ count, lastAtMs }: QuickLosses, nowMs: number): QuickLosses {
  return { count: nowMs - lastAtMs >= FORGIVEN_AFTER_MS ? 1 : count + 1, lastAtMs: nowMs }
}

export type RecoveryPlan =
  /** `isCalm`: the page without script stands on the glass meanwhile. */
  | { kind: 'loadAgain'; delayMs: number; isCalm: boolean }
  /** A page cannot help itself here: the supervisor starts fresh processes. */
  | { kind: 'endShell' }

export function planRecovery({ count }: QuickLosses): RecoveryPlan {
  const delayMs = DELAYS_MS[count - 1]
  if (delayMs === undefined) return { kind: 'endShell' }
  return { kind: 'loadAgain', delayMs, isCalm: count >= CALM_PAGE_FROM }
}
