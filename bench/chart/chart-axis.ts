/** Places values along an axis and picks the round numbers to write beside it. Pure. */

export type Axis = {
  ticks: number[]
  /** 0 at the axis's start, 1 at its end; values beyond either end stay there. */
  share(value: number): number
}

const WANTED_Y_TICKS = 6
/** The longer axis has room for more. */
const WANTED_X_TICKS = 12

/** The smallest 1, 2 or 5 times a power of ten that is at least this. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const times = [1, 2, 5, 10].find((candidate) => candidate * power >= value * (1 - 1e-9)) ?? 10
  return times * power
}

function roundStep(span: number, wantedTicks: number): number {
  return roundUp(span > 0 ? span / wantedTicks : 1)
}

function clamp(share: number): number {
  return Math.min(Math.max(share, 0), 1)
}

/** From and to exactly these values, with round numbers between them. */
export function spanAxis(from: number, to: number): Axis {
  const step = roundStep(to - from, WANTED_X_TICKS)
  const first = Math.ceil(from / step - 1e-9)
  const last = Math.floor(to / step + 1e-9)
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step)
  return { ticks, share: (value) => clamp((value - from) / (to - from || 1)) }
}

/** From zero to the first round number that holds everything. */
export function linearAxis(most: number): Axis {
  const step = roundStep(most, WANTED_Y_TICKS)
  const steps = Math.max(Math.ceil(most / step - 1e-9), 1)
  const ticks = Array.from({ length: steps + 1 }, (_, index) => index * step)
  return { ticks, share: (value) => clamp(value / (steps * step)) }
}

/** From a power of ten to the first round number that holds everything; a narrow span is marked at twos and fives too. */
export function logAxis(least: number, most: number): Axis {
  const floor = 10 ** Math.floor(Math.log10(least) + 1e-9)
  const top = roundUp(Math.max(most, floor * 10))
  const decades = Array.from({ length: Math.ceil(Math.log10(top / floor)) + 1 }, (_, index) => floor * 10 ** index)
  const marks = top / floor <= 100 ? [1, 2, 5] : [1]
  const ticks = decades.flatMap((decade) => marks.map((mark) => mark * decade)).filter((tick) => tick <= top)
  const share = (value: number) => (value > 0 ? clamp(Math.log10(value / floor) / Math.log10(top / floor)) : 0)
  return { ticks, share }
}
