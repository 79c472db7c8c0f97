/** What an operator is shown of a kiosk, and what of it wants attention. Pure; texts come out fit to be shown. */
import type { KnownKiosk } from './fleet-view.ts'
import { plainText } from './plain-text.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** Long enough to get a new certificate before the old one is over. */
const CERTIFICATE_WARNING_DAYS = 30

/** In the order of their weight. */
const CONCERNS = [
  'false-receipt',
  'offline',
  'trouble',
  'unprovisioned',
  'certificate-over',
  'bundle-refused',
  'unreadable',
  'certificate-soon-over',
  'other-picture',
] as const
export type Concern = (typeof CONCERNS)[number]

export const CONCERN_WORDS: Readonly<Record<Concern, string>> = {
  'false-receipt': 'false receipts',
  offline: 'offline',
  trouble: 'in trouble',
  unprovisioned: 'not provisioned',
  'certificate-over': 'certificate over',
  'bundle-refused': 'bundle refused',
  unreadable: 'cannot be read',
  'certificate-soon-over': 'certificate soon over',
  'other-picture': 'shows another picture',
}

export type KioskFacts = {
  deviceId: string
  name: string
  site: string
  /** The issuer's tenant, or the issuer. */
  tenant: string
  presence: 'online' | 'offline' | 'unknown'
  /** When it last said anything that the broker has kept. A connection that is lost says nothing of when. */
  lastHeardEpochMs: number | null
  state: string | null
  stateSinceEpochMs: number | null
  lastTokenIssueEpochMs: number | null
  tokenValidUntilEpochMs: number | null
  version: string
  bundleVersion: number | null
  certificateDays: number | null
  painted: string | null
  lastFault: { code: string; atEpochMs: number } | null
  concerns: readonly Concern[]
}

function concernsOf({ presence, reported, ...flags }: KnownKiosk, certificateDays: number | null): Concern[] {
  const { session, painted } = reported ?? {}
  const holds: Record<Concern, boolean> = {
    'false-receipt': flags.hasFalseReceipts === true,
    offline: presence?.kind === 'offline',
    trouble: session?.kind === 'trouble',
    unprovisioned: session?.kind === 'unprovisioned',
    'certificate-over': certificateDays !== null && certificateDays < 0,
    'bundle-refused': reported?.bundleRefused === true,
    unreadable: (flags.unreadableTopics ?? []).length > 0,
    'certificate-soon-over':
      certificateDays !== null && certificateDays >= 0 && certificateDays < CERTIFICATE_WARNING_DAYS,
    'other-picture': presence?.kind === 'online' && Boolean(session && painted && painted.kind !== session.kind),
  }
  return CONCERNS.filter((concern) => holds[concern])
}

/** @param nowEpochMs of whoever looks on; the kiosk's own times are corrected by what it knows of the provider's clock */
export function describeKiosk(known: KnownKiosk, nowEpochMs: number): KioskFacts {
  const { deviceId, presence, reported } = known
  const corrected = (epochMs: number | null | undefined) =>
    epochMs === null || epochMs === undefined ? null : epochMs + (reported?.clockSkewMs ?? 0)
  const certificateEndsMs = reported?.certificate.validUntilEpochMs ?? null
  const certificateDays = certificateEndsMs === null ? null : Math.floor((certificateEndsMs - nowEpochMs) / DAY_MS)
  const { session, painted, lastFault, tenant } = reported ?? {}
  return {
    deviceId,
    name: plainText(reported?.kioskName ?? ''),
    site: plainText(reported?.place ?? ''),
    tenant: plainText(tenant ? (tenant.tenantId ?? tenant.issuer) : ''),
    presence: presence?.kind ?? 'unknown',
    lastHeardEpochMs: corrected(
      presence || reported ? Math.max(presence?.sinceEpochMs ?? 0, reported?.atEpochMs ?? 0) : null,
    ),
    state: session?.kind ?? null,
    stateSinceEpochMs: corrected(session?.sinceEpochMs),
    lastTokenIssueEpochMs: corrected(reported?.lastTokenIssueEpochMs),
    tokenValidUntilEpochMs: corrected(reported?.token?.validUntilEpochMs),
    version: plainText(reported?.helper.version ?? ''),
    bundleVersion: reported?.bundleVersion ?? null,
    certificateDays,
    painted: painted ? plainText(painted.kind) : null,
    lastFault: lastFault ? { code: lastFault.code, atEpochMs: corrected(lastFault.atEpochMs) ?? 0 } : null,
    concerns: concernsOf(known, certificateDays),
  }
}

/** What wants attention first, then by id, counting digits as numbers. */
export function compareKiosks(one: KioskFacts, other: KioskFacts): number {
  const weight = ({ concerns: [worst] }: KioskFacts) =>
    worst === undefined ? CONCERNS.length : CONCERNS.indexOf(worst)
  return weight(one) - weight(other) || one.deviceId.localeCompare(other.deviceId, 'en', { numeric: true })
}

export type KioskChoice = { site?: string | undefined; tenant?: string | undefined }

/** Names as the kiosk reports them, in any case; a tenant by its id or its issuer. */
export function isChosen({ reported }: KnownKiosk, { site, tenant }: KioskChoice): boolean {
  const same = (one: string | null | undefined, other: string) =>
    one?.trim().toLowerCase() === other.trim().toLowerCase()
  if (site !== undefined && !same(reported?.place, site)) return false
  if (tenant === undefined) return true
  return same(reported?.tenant?.tenantId, tenant) || same(reported?.tenant?.issuer, tenant)
}
