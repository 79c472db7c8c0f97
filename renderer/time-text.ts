/** Lengths of time as numbers to show. Counts up to the next second or minute, so that zero means over. */

/** 641 500 ms → `10:42` */
export function clockText(ms: number): string {
  const seconds = secondsLeft(ms)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

export function secondsLeft(ms: number): number {
  return Math.ceil(Math.max(0, ms) / 1000)
}

export function hoursAndMinutes(ms: number): { hours: number; minutes: number } {
  const minutes = Math.ceil(Math.max(0, ms) / 60_000)
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60 }
}
