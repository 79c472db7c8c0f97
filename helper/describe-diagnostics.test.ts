import { describe, expect, it } from 'vitest'
import { plainBrand } from '../contract/brand.ts'
import type { Diagnostics } from '../contract/diagnostics.ts'
import { describeDiagnostics } from './describe-diagnostics.ts'

const MEMORY = { residentBytes: 64 * 1024 * 1024, heapUsedBytes: 10 * 1024 * 1024, externalBytes: 0 }
const WHOLE: Diagnostics = {
  helper: { version: '1.2.3', processId: 7, uptimeSeconds: 60.2, memory: MEMORY, activeResources: { Timeout: 2 } },
  remoteControl: { kind: 'not-configured' },
  activation: { kind: 'active', sinceEpochMs: 1_800_000_000_000, generation: null, isRecorded: false },
  provider: { issuer: 'https://login.example.com', metadataAgeMs: 5_000, keySetAgeMs: null, clockSkewMs: 61_000 },
  standing: {
    certificate: {
      kind: 'present',
      deviceId: 'DR-0042',
      fingerprint: 'ab'.repeat(32),
      validUntilEpochMs: 1_800_000_000_000,
      fileFaults: ['device-certificate-key-mismatch'],
    },
    gatewayUrl: 'https://gateway.example.com',
    attestation: {
      kind: 'refused',
      code: 'device-not-admitted',
      reason: 'device-not-listed',
      atEpochMs: 0,
      unanswered: null,
    },
  },
  vault: {
    kind: 'tmpfs',
    deviceKey: 'keychain',
    noDeviceKeyBecause: null,
    plannedRestart: 'keeps-session',
    destroyPending: false,
    memory: { fileSystem: 'tmpfs', noswap: true, swap: 'none', processSwap: 'possible', hibernation: 'off' },
    tolerated: ['NODE_OPTIONS: changes how Node runs'],
  },
  process: { coreDumps: 'off', inspector: 'off', dumpable: 'yes' },
  screenIncidents: [
    { kind: 'frozen', reason: 'no frame for 5 s', atEpochMs: 1_700_000_000_000, recoveredAfterMs: 812 },
    { kind: 'gpu-gone', reason: 'killed', atEpochMs: 1_700_000_060_000, recoveredAfterMs: null },
  ],
  bundle: {
    signed: { version: 7, issuedAt: '2026-01-02T03:04:05.000Z', keyId: 'key-1' },
    refused: [{ code: 'bundle-version-old', where: '/etc/dr', what: 'has version 6', remedy: 'Sign it higher.' }],
    waiting: ['session.shiftHours'],
  },
  brand: {
    ...plainBrand('Contoso'),
    notices: [{ where: 'kiosk.json › brand.logo', what: 'names a.svg, which is empty', remedy: 'Mend it.' }],
  },
  device: {
    id: 'DR-0042',
    source: 'host-name',
    notices: [{ where: 'kiosk.json › sites', what: 'does not name this device, DR-0042', remedy: 'Add it.' }],
  },
  network: { proxy: 'none' },
}

describe('describeDiagnostics', () => {
  it('says all in lines that line up', () => {
    expect(describeDiagnostics(WHOLE).split('\n')).toEqual([
      'helper      1.2.3, process 7, up 60 s',
      'size        64.0 MiB resident, 10.0 MiB heap',
      'waiting for Timeout 2',
      'provider    https://login.example.com',
      'discovery   5 s old',
      'key set     not fetched yet',
      'this clock  61.0 s behind the provider',
      'gateway     https://gateway.example.com',
      'attestation device-not-listed',
      'certificate DR-0042, until 2027-01-15; on disk: device-certificate-key-mismatch',
      'orders      not configured: nobody can order anything',
      'activated   since 2027-01-15T08:00:00.000Z, not recorded: until the helper restarts',
      'vault       tmpfs',
      'device key  in the keychain',
      'restart     a planned one keeps the session',
      'memory      noswap, no swap, hibernation off',
      'tolerated   NODE_OPTIONS: changes how Node runs',
      'process     core dumps off, inspector off, memory open to its account',
      'device      DR-0042, its host name',
      'device      kiosk.json › sites does not name this device, DR-0042. Add it.',
      'proxy       none',
      'bundle      version 7, signed with key-1',
      'bundle      waits until nobody is disturbed: session.shiftHours',
      'bundle      ✗ /etc/dr has version 6 [bundle-version-old]',
      'brand       Contoso, no logo, no colours',
      'brand       kiosk.json › brand.logo names a.svg, which is empty. Mend it.',
      'screen      2023-11-14T22:13:20.000Z frozen: no frame for 5 s, right again after 0.8 s',
      'screen      2023-11-14T22:14:20.000Z gpu-gone: killed',
    ])
  })

  it('claims no way to a provider where no bundle names one', () => {
    const standing = { ...WHOLE.standing, gatewayUrl: null }
    expect(describeDiagnostics({ ...WHOLE, standing })).toContain('gateway     none: the provider is asked directly')
    expect(describeDiagnostics({ ...WHOLE, standing, provider: null })).toContain('gateway     no bundle')
  })

  it.each<[number | null, string]>([
    [null, 'not measured yet'],
    [0, 'right'],
    [-90_000, '90.0 s ahead of the provider'],
  ])('reads a skew of %s ms', (clockSkewMs, words) => {
    const provider = { issuer: '', metadataAgeMs: null, keySetAgeMs: null, clockSkewMs }
    expect(describeDiagnostics({ ...WHOLE, provider })).toContain(`this clock  ${words}`)
  })

  it('says that a planned restart ends the session, and why', () => {
    const vault = {
      ...WHOLE.vault,
      kind: 'memory' as const,
      deviceKey: 'none' as const,
      noDeviceKeyBecause: 'no keychain answers',
      plannedRestart: 'ends-session' as const,
      destroyPending: true,
      memory: null,
      tolerated: [],
    }
    const lines = describeDiagnostics({ ...WHOLE, vault })
    expect(lines).toContain('device key  none: no keychain answers')
    expect(lines).toContain('restart     a planned one ends the session')
    expect(lines).toContain('wipe        ordered, and not done')
    expect(lines).toContain('vault       in the helper’s memory: this system has no tmpfs')
  })

  it('manages without a bundle', () => {
    const bare = { ...WHOLE, provider: null, network: null, vault: null }
    expect(describeDiagnostics(bare)).toContain('provider    no bundle')
  })
})
