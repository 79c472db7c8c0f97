/** What a chaos run came to, in words. Pure. */
import type { Moment } from './chaos-kiosk.ts'
import type { Recovery } from './right-screen.ts'
import type { VictimName } from './victims.ts'

/** The promise: the right screen by itself. */
const RECOVERY_LIMIT_MS = 10_000

export type Kill = Recovery & { victim: VictimName; moment: Moment }

const seconds = (ms: number) => (ms / 1000).toFixed(1)

export function describeKill({ victim, moment, tookMs, screen, white }: Kill): string {
  const verdict = tookMs > RECOVERY_LIMIT_MS ? 'LATE ' : ''
  const whites = white > 0 ? `, ${white} looks at a WHITE glass` : ''
  return `${verdict}${seconds(tookMs).padStart(5)} s  ${victim.padEnd(8)}  ${moment.padEnd(21)}  ${screen}${whites}`
}

function median(sorted: readonly number[]): number {
  const middle = (sorted.length - 1) / 2
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2
}

/** The last line of the run. */
export function describeChaos(kills: readonly Kill[]): string {
  const times = kills.map(({ tookMs }) => tookMs).sort((one, other) => one - other)
  const white = kills.reduce((sum, kill) => sum + kill.white, 0)
  return `${kills.length} kills, median ${seconds(median(times))} s, worst ${seconds(times.at(-1) ?? Number.NaN)} s, ${white} white`
}

export function isChaosWon(kills: readonly Kill[]): boolean {
  return kills.length > 0 && kills.every(({ tookMs, white }) => tookMs <= RECOVERY_LIMIT_MS && white === 0)
}
