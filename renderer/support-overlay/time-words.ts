/** Moments and lengths of time as words of a language. Pure. Digits are Latin ones everywhere, as on the rest of the screen. */
import type { Language } from '../../contract/languages.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

type Unit = 'second' | 'minute' | 'hour' | 'day'

const localeOf = (language: Language) => `${language}-u-nu-latn`

/** The unit that says most with the fewest digits. */
function inUnits(ms: number): { count: number; unit: Unit } {
  const whole = Math.max(0, ms)
  if (whole < 90 * SECOND_MS) return { count: Math.floor(whole / SECOND_MS), unit: 'second' }
  if (whole < 90 * MINUTE_MS) return { count: Math.floor(whole / MINUTE_MS), unit: 'minute' }
  if (whole < 2 * DAY_MS) return { count: Math.floor(whole / HOUR_MS), unit: 'hour' }
  return { count: Math.floor(whole / DAY_MS), unit: 'day' }
}

/** `12 minutes ago` */
export function agoText(language: Language, ms: number): string {
  const { count, unit } = inUnits(ms)
  return new Intl.RelativeTimeFormat(localeOf(language), { numeric: 'always' }).format(-count, unit)
}

function unitText(language: Language, count: number, unit: Unit): string {
  return new Intl.NumberFormat(localeOf(language), { style: 'unit', unit, unitDisplay: 'short' }).format(count)
}

/** `11 h 42 min`; below two hours one unit is enough. */
export function spanText(language: Language, ms: number): string {
  const { count, unit } = inUnits(ms)
  const whole = unitText(language, count, unit)
  if (unit !== 'hour') return whole
  return `${whole} ${unitText(language, Math.floor((ms % HOUR_MS) / MINUTE_MS), 'minute')}`
}

/** `14:32`, with the day where that is another one. */
export function timeText(language: Language, epochMs: number, nowEpochMs: number): string {
  const isToday = new Date(epochMs).toDateString() === new Date(nowEpochMs).toDateString()
  const day = isToday ? {} : ({ day: 'numeric', month: 'short' } as const)
  const format = { ...day, hour: '2-digit', minute: '2-digit' } as const
  return new Intl.DateTimeFormat(localeOf(language), format).format(epochMs)
}

/** `15 Jan 2026` */
export function dateText(language: Language, epochMs: number): string {
  return new Intl.DateTimeFormat(localeOf(language), { dateStyle: 'medium' }).format(epochMs)
}
