/** Spans of time in a few letters. Pure. */

const UNITS = [
  { name: 'd', ms: 86_400_000 },
  { name: 'h', ms: 3_600_000 },
  { name: 'min', ms: 60_000 },
  { name: 's', ms: 1_000 },
] as const

/** Such as `4 min`; never less than nothing. */
export function spanWords(spanMs: number): string {
  const unit = UNITS.find(({ ms }) => spanMs >= ms) ?? UNITS[3]
  return `${Math.max(0, Math.floor(spanMs / unit.ms))} ${unit.name}`
}

/** Such as `4 min ago`. */
export function agoWords(epochMs: number | null, nowEpochMs: number): string {
  return epochMs === null ? '–' : `${spanWords(nowEpochMs - epochMs)} ago`
}

/** How much longer, such as `55 min`; `over` where it is past. */
export function leftWords(untilEpochMs: number | null, nowEpochMs: number): string {
  if (untilEpochMs === null) return '–'
  return untilEpochMs <= nowEpochMs ? 'over' : spanWords(untilEpochMs - nowEpochMs)
}
