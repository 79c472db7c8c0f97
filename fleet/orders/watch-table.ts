/** The live table of `fleetctl watch`, from what is known of the kiosks. Pure. */
import { compareKiosks, type KioskFacts } from '../follow/kiosk-facts.ts'
import { agoWords, leftWords, spanWords } from '../follow/time-words.ts'
import { type Column, fitText, rowText } from './table-text.ts'

const COLUMNS: readonly Column[] = [
  { title: 'DEVICE', width: 12 },
  { title: 'NAME', width: 16 },
  { title: 'SITE', width: 14 },
  { title: 'PRESENCE', width: 14 },
  { title: 'STATE', width: 24 },
  { title: 'LAST TOKEN', width: 11 },
  { title: 'VALID', width: 7 },
  { title: 'VERSION', width: 12 },
  { title: 'CERT', width: 7 },
  { title: 'PAINTED', width: 16 },
  { title: 'LAST ERROR', width: 28 },
]

/** How long it is gone is what somebody asks at night. */
function presenceText({ presence, lastHeardEpochMs }: KioskFacts, nowEpochMs: number): string {
  if (presence !== 'offline' || lastHeardEpochMs === null) return presence
  return `offline ${spanWords(nowEpochMs - lastHeardEpochMs)}`
}

function cellsOf(facts: KioskFacts, nowEpochMs: number): string[] {
  const { stateSinceEpochMs, lastFault, certificateDays, bundleVersion } = facts
  const since = stateSinceEpochMs === null ? '' : ` ${spanWords(nowEpochMs - stateSinceEpochMs)}`
  return [
    facts.deviceId,
    facts.name,
    facts.site,
    presenceText(facts, nowEpochMs),
    facts.state === null ? '–' : facts.state + since,
    agoWords(facts.lastTokenIssueEpochMs, nowEpochMs),
    leftWords(facts.tokenValidUntilEpochMs, nowEpochMs),
    bundleVersion === null ? facts.version : `${facts.version} b${bundleVersion}`,
    certificateDays === null ? '–' : `${certificateDays} d`,
    facts.painted ?? '–',
    lastFault === null ? '–' : `${lastFault.code} ${agoWords(lastFault.atEpochMs, nowEpochMs)}`,
  ]
}

export const TABLE_WIDTH = COLUMNS.reduce((sum, { width }) => sum + width + 2, -2)

export function headText(totalWidth: number): string {
  const titles = COLUMNS.map(({ title }) => title)
  return rowText(COLUMNS, titles, totalWidth)
}

export function kioskText(facts: KioskFacts, nowEpochMs: number, totalWidth: number): string {
  return rowText(COLUMNS, cellsOf(facts, nowEpochMs), totalWidth)
}

function countText(kiosks: readonly KioskFacts[]): string {
  const online = kiosks.filter(({ presence }) => presence === 'online').length
  const concerned = kiosks.filter(({ concerns }) => concerns.length > 0).length
  return `${kiosks.length} kiosks, ${online} online, ${concerned} to look at`
}

/** @returns as many lines as the screen has at most; what wants attention stands first */
export function renderTable(
  kiosks: readonly KioskFacts[],
  screen: { columns: number; rows: number; nowEpochMs: number; connection: string },
): string[] {
  const { columns, rows, nowEpochMs, connection } = screen
  const sorted = kiosks.toSorted(compareKiosks)
  // A title, the head, and a line for what there is no place for.
  const place = Math.max(1, rows - 3)
  const shown = sorted.length <= place ? sorted : sorted.slice(0, place)
  const hidden = sorted.length - shown.length
  return [
    fitText(`${countText(kiosks)} · ${connection}`, columns).trimEnd(),
    headText(columns),
    ...(kiosks.length === 0 ? ['No kiosk has reported to this broker yet.'] : []),
    ...shown.map((facts) => kioskText(facts, nowEpochMs, columns)),
    ...(hidden > 0 ? [`… and ${hidden} more: --site, --tenant or a device narrow it down`] : []),
  ]
}
