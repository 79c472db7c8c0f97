/** Moments as an operator reads them. Pure; a day is named as soon as it is not today. */

const sameDay = (one: Date, other: Date) => one.toDateString() === other.toDateString()

/** Such as `14:02:10`, or `17 Nov 14:02` of another day. */
export function clockWords(epochMs: number, nowEpochMs: number): string {
  const at = new Date(epochMs)
  if (sameDay(at, new Date(nowEpochMs))) return at.toLocaleTimeString('en-GB')
  return dayWords(epochMs)
}

/** Such as `17 Nov 14:02`. */
export function dayWords(epochMs: number): string {
  const at = new Date(epochMs)
  const day = at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })
  return `${day} ${at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}`
}
