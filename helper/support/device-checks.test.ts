import { describe, expect, it } from 'vitest'
import type { DeviceCertificate, DeviceIdentity } from '../attestation/device-identity.ts'
import { judgeCertificate, judgePainted, judgeTechnician, judgeVault } from './device-checks.ts'
import { judgeSupervisor, readUnit } from './supervisor.ts'

const DAY_MS = 86_400_000
const NOW_MS = Date.UTC(2026, 10, 22)

describe('the painted heartbeat', () => {
  it.each<[string, number | null, string]>([
    ['a moment ago', 99_000, 'ok'],
    ['long ago', 80_000, 'failed'],
    ['never', null, 'failed'],
  ])('%s', (_what, atEpochMs, state) => {
    const painted = atEpochMs === null ? null : { sequence: 1, kind: 'attract', generation: null, atEpochMs }
    const outcome = judgePainted(painted, 100_000)
    expect(outcome.state).toBe(state)
    if (state === 'failed') expect(outcome.code).toBe('screen-not-painted')
  })
})

describe('the device’s certificate', () => {
  function goodFor(days: number): DeviceCertificate {
    const identity: DeviceIdentity = {
      deviceId: 'DR-0042',
      certificateChainPem: '',
      fingerprint: '',
      validFromEpochMs: NOW_MS - DAY_MS,
      validUntilEpochMs: NOW_MS + days * DAY_MS,
      secureContext: () => ({ context: null }),
      signJws: async () => '',
    }
    return { kind: 'present', identity }
  }
  const faulty: DeviceCertificate = {
    kind: 'faulty',
    faults: [{ code: 'device-certificate-foreign', where: '/device.crt', what: 'leads elsewhere' }],
  }
  it.each<[string, DeviceCertificate, boolean, string, string | undefined]>([
    ['not there, and not asked for', { kind: 'not-configured' }, false, 'skipped', undefined],
    ['not there, though a gateway wants it', { kind: 'not-configured' }, true, 'failed', 'device-certificate-missing'],
    ['faulty, and not asked for', faulty, false, 'warning', 'device-certificate-foreign'],
    ['faulty, though a gateway wants it', faulty, true, 'failed', 'device-certificate-foreign'],
    ['good for months', goodFor(90), true, 'ok', undefined],
    ['near its end', goodFor(29), true, 'warning', 'device-certificate-expiring'],
  ])('%s', (_what, certificate, isWanted, state, code) => {
    expect(judgeCertificate(certificate, NOW_MS, { isWanted })).toMatchObject({ state, ...(code && { code }) })
  })
})

describe('the supervision', () => {
  const UNIT = 'digital-receptionist-helper.service'
  it.each<[string, boolean, string | null, boolean, NodeJS.Platform, string, string | undefined]>([
    ['PM2 in a unit', true, UNIT, false, 'linux', 'ok', undefined],
    ['PM2 by hand', true, null, false, 'linux', 'warning', 'helper-unit-missing'],
    ['PM2 by hand on a developer’s machine', true, null, true, 'linux', 'ok', undefined],
    ['PM2 on Windows', true, null, false, 'win32', 'ok', undefined],
    ['nobody', false, null, true, 'linux', 'failed', 'helper-unsupervised'],
    ['a unit without PM2', false, UNIT, false, 'linux', 'failed', 'helper-unsupervised'],
  ])('%s', (_what, hasPm2, unit, isDevelopment, platform, state, code) => {
    expect(judgeSupervisor({ hasPm2, unit }, { isDevelopment, platform })).toMatchObject({
      state,
      ...(code && { code }),
    })
  })

  it.each([
    ['0::/system.slice/digital-receptionist-helper.service\n', UNIT],
    ['0::/user.slice/user-1000.slice/user@1000.service/app.slice/pm2.service\n', null],
    ['0::/user.slice/user-1000.slice/session-3.scope\n', null],
    ['', null],
  ])('reads the unit out of %j', (cgroup, unit) => {
    expect(readUnit(cgroup)).toBe(unit)
  })
})

describe('the vault', () => {
  const exposure = { code: 'vault-swappable', where: '/run/vault', what: 'swap', remedy: 'Turn it off.' } as const
  const found = { kind: 'tmpfs', posture: null, problems: [], exposures: [exposure] } as const
  it.each([
    [true, 'warning'],
    [false, 'failed'],
  ])('that could reach a disk, where development is %s', (isDevelopment, state) => {
    const outcome = judgeVault({ ...found, problems: [], exposures: [exposure] }, { isDevelopment })
    expect(outcome).toMatchObject({ state, code: 'vault-swappable', remedy: 'Turn it off.' })
  })
})

it('names what keeps technicians out', () => {
  expect(judgeTechnician('no-secret')).toMatchObject({ state: 'failed', code: 'technician-secret-unusable' })
  expect(judgeTechnician(null)).toEqual({ state: 'ok' })
})
