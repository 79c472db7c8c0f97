/** How often a person's use of the kiosk is reported. Pure. Never reports what was touched or typed. */

const GAP_MS = 5_000
/** While the end of the session is announced, a touch counts at once; one touch is several events all the same. */
const WARNING_GAP_MS = 500

/** @param lastReportAtMs on the page's clock; null before the first report */
export function isReportDue(lastReportAtMs: number | null, nowMs: number, isWarning: boolean): boolean {
  return lastReportAtMs === null || nowMs - lastReportAtMs >= (isWarning ? WARNING_GAP_MS : GAP_MS)
}
