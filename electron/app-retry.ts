/** How long the shell waits before it loads a hosted app again that failed. Pure. */

const FIRST_MS = 1_000
const LONGEST_MS = 30_000

/** @param failures in a row, this one included; a little random, so that a fleet does not come back at once */
export function retryDelayMs(failures: number, random: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1)) * (0.75 + random / 2)
}
