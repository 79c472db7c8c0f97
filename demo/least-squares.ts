/** The slope of a line through points. Pure. */

export type Point = { at: number; value: number }

/** @returns the slope of the line with the least squares, in units of `value` for one of `at`; 0 for less than two points */
export function leastSquaresSlope(points: readonly Point[]): number {
  const mean = (of: (point: Point) => number) => points.reduce((sum, point) => sum + of(point), 0) / points.length
  const meanAt = mean(({ at }) => at)
  const meanValue = mean(({ value }) => value)
  let covariance = 0
  let variance = 0
  for (const { at, value } of points) {
    covariance += (at - meanAt) * (value - meanValue)
    variance += (at - meanAt) ** 2
  }
  return variance === 0 ? 0 : covariance / variance
}
