/** Which page of the overlay is on the glass. Pure; the helper decides again about everything that a page asks for. */

/** In the order of their tabs. */
export const TECHNICIAN_PAGES = ['status', 'device', 'checks', 'events', 'takeAway'] as const
type TechnicianPage = (typeof TECHNICIAN_PAGES)[number]
/** `freshCode` asks first, then shows the code; `technician` is the way to the others. */
export type SupportPage = TechnicianPage | 'freshCode' | 'technician'

/** What anybody may see. */
const OPEN_PAGES: readonly SupportPage[] = ['status', 'freshCode']

/** Without a grant every other page is the way to one; with one there is no more to ask. */
export function shownPage(wanted: SupportPage, isGranted: boolean): SupportPage {
  if (OPEN_PAGES.includes(wanted)) return wanted
  if (!isGranted) return 'technician'
  return wanted === 'technician' ? 'device' : wanted
}
