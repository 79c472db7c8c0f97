/** What a kiosk at rest says of itself, for tests. */
import type { ReportedState } from '../../contract/reported-state.ts'

export const NOW_MS = 1_800_000_000_000
const DAY_MS = 86_400_000

export function reportedBy(deviceId: string, changes: Partial<ReportedState> = {}): ReportedState {
  return {
    version: 1,
    deviceId,
    atEpochMs: NOW_MS,
    clockSkewMs: 0,
    kioskName: 'Main lobby',
    place: 'Building 4',
    tenant: { provider: 'entra', issuer: 'https://login.example.com', clientId: 'kiosk', tenantId: 'contoso' },
    helper: { version: '0.1.0', startedAtEpochMs: NOW_MS - DAY_MS },
    bundleVersion: 7,
    bundleRefused: false,
    isActivated: true,
    session: { kind: 'attract', sinceEpochMs: NOW_MS - 60_000, generation: null, endedBecause: null, code: null },
    token: null,
    lastTokenIssueEpochMs: null,
    certificate: { fingerprint: 'ab', validUntilEpochMs: NOW_MS + 100 * DAY_MS },
    painted: { sequence: 1, kind: 'attract', generation: null, atEpochMs: NOW_MS },
    lastFault: null,
    auditHead: null,
    ...changes,
  }
}
