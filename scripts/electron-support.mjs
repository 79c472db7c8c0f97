/** Whether Electron still mends the version that the kiosk ships: its latest three majors are supported, a new one every eight weeks. */

const DAY_MS = 86_400_000
const SUPPORTED_MAJORS = 3
const WEEKS_BETWEEN_MAJORS = 8

/** When a major came out. Add the new one whenever Electron is updated: https://releases.electronjs.org/schedule */
const RELEASES = { 43: '2026-07-01', 44: '2026-08-25', 45: '2026-10-21' }

/**
 * @param {string} version such as `45.4.1`
 * @param {Date} today
 * @returns {string | null} what is wrong; it errs by days, since the releases that end support are yet to come
 */
export function findSupportFault(version, today) {
  const major = Number.parseInt(version, 10)
  const released = RELEASES[major]
  if (released === undefined) return `Electron ${version} is not in scripts/electron-support.mjs: add when it came out`
  const endsAtMs = Date.parse(released) + SUPPORTED_MAJORS * WEEKS_BETWEEN_MAJORS * 7 * DAY_MS
  if (today.getTime() < endsAtMs) return null
  const endsOn = new Date(endsAtMs).toISOString().slice(0, 10)
  return `Electron ${version} gets no security fixes since ${endsOn} or so: update it`
}
