/** Means and percentiles of what was measured. Pure. */

export type Summary = { count: number; mean: number; p50: number; p95: number }

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/**
 * The smallest value that at least this share of all values does not exceed (nearest rank).
 *
 * @param share in (0, 1]
 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(Math.ceil(share * sorted.length) - 1, 0)] ?? Number.NaN
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}

export function summarize(values: readonly number[]): Summary {
  return { count: values.length, mean: mean(values), p50: median(values), p95: percentile(values, 0.95) }
}

export function round(value: number, digits = 0): number {
  return Number(value.toFixed(digits))
}
