import { describe, expect, it } from 'vitest'
import { KIOSK_ERROR_CODES } from '../../contract/kiosk-error.ts'
import { CHECK_NAMES, ENDPOINT_NAMES } from '../../contract/support.ts'
import { SUPPORT_EVENTS } from '../../contract/support-events.ts'
import { diagnosticsText, TEXT_LIMIT_BYTES } from './diagnostics-text.ts'

const AT_EPOCH_MS = Date.UTC(2026, 10, 2, 10, 32, 5)

const WELL: Parameters<typeof diagnosticsText>[0] = {
  deviceId: 'DR-0042',
  nowEpochMs: AT_EPOCH_MS,
  lastTokenIssueEpochMs: AT_EPOCH_MS - 600_000,
  session: { kind: 'signedIn', generation: 12 },
  certificate: 'DR-0042, until 2027-01-15',
  attestation: 'active',
  broker: 'broker.example.com:8883',
  vault: {
    kind: 'tmpfs',
    deviceKey: 'keychain',
    noDeviceKeyBecause: null,
    plannedRestart: 'keeps-session',
    destroyPending: false,
    memory: { fileSystem: 'tmpfs', noswap: true, swap: 'none', processSwap: 'never', hibernation: 'off' },
    tolerated: [],
  },
  issuerHost: 'login.example.com',
  clockSkewMs: 0,
  endpoints: ENDPOINT_NAMES.map((name) => ({ name, state: 'reachable', roundTripMs: 84, code: null })),
  proxy: 'none',
  versions: { helper: '0.1.0', node: '24.21.0', link: 4 },
  uptimeSeconds: 3 * 86_400,
  painted: { sequence: 1, kind: 'signedIn', generation: 12, atEpochMs: AT_EPOCH_MS - 1_000 },
  events: [
    { name: 'codeIssued', atEpochMs: AT_EPOCH_MS - 700_000, count: 1, code: null },
    { name: 'technician.granted', atEpochMs: AT_EPOCH_MS - 5_000, count: 1, code: null },
  ],
  lastFault: null,
  checks: {
    state: 'done',
    finishedAtEpochMs: AT_EPOCH_MS,
    checks: CHECK_NAMES.map((name) => ({ name, state: 'ok', durationMs: 1, found: null, code: null, remedy: null })),
  },
}

/** As bad as the schemas allow it to be. */
const AT_WORST: typeof WELL = {
  ...WELL,
  deviceId: 'Ü'.repeat(300),
  issuerHost: 'x'.repeat(300),
  proxy: `http://${'p'.repeat(300)}:3128`,
  endpoints: ENDPOINT_NAMES.map((name) => ({
    ...{ name, state: 'unreachable', roundTripMs: null, code: 'verification-link-untrusted' },
  })),
  events: SUPPORT_EVENTS.slice(0, 10).map((name) => ({
    ...{ name, atEpochMs: AT_EPOCH_MS, count: 99_999, code: 'verification-link-untrusted' },
  })),
  checks: {
    ...WELL.checks,
    checks: WELL.checks.checks.map((check) => ({ ...check, state: 'failed', code: 'technician-secret-unusable' })),
  },
}

describe('diagnostics to take away', () => {
  it('read like a note that a technician would write', () => {
    expect(diagnosticsText(WELL)).toBe(
      [
        'Kiosk DR-0042',
        '2026-11-02T10:32:05Z',
        'helper 0.1.0 node 24.21.0 link 4 up 3d',
        'state signedIn #12',
        'fault none',
        'token 2026-11-02T10:22:05Z',
        'checks 19 ok, 0 skipped, 0 not',
        'provider login.example.com',
        'disc 84ms, device 84ms, token 84ms, keys 84ms, revoke 84ms, end 84ms',
        'proxy none, clock right',
        'vault tmpfs, key keychain, noswap, swap none',
        'painted signedIn 1s ago',
        'certificate DR-0042, until 2027-01-15',
        'attestation active, broker broker.example.com:8883',
        '10:32:00 technician.granted',
        '10:20:25 codeIssued',
      ].join('\n'),
    )
  })

  it('fit a QR code and are plain ASCII, however bad things are', () => {
    const text = diagnosticsText(AT_WORST)
    expect(new TextEncoder().encode(text).length).toBeLessThanOrEqual(TEXT_LIMIT_BYTES)
    expect(text).toMatch(/^[ -~\n]+$/)
    expect(text).toContain('fault none')
  })

  it('name a fault by its codes, of which each is readable', () => {
    for (const code of KIOSK_ERROR_CODES) {
      const lastFault = { code, supportCode: 'XX-123', providerError: 'AADSTS7000218', atEpochMs: AT_EPOCH_MS }
      const words = { meaning: 'Some words.', remedy: 'Other words.', providerHint: null }
      const text = diagnosticsText({ ...WELL, lastFault: { ...lastFault, ...words } })
      expect(text).toContain(`fault XX-123 ${code} AADSTS7000218 2026-11-02T10:32:05Z`)
    }
  })
})
