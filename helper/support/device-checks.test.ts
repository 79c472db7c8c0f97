import { describe, expect, it } from 'vitest'
import type { DeviceCertificate } from '../attestation/device-certificate.ts'
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
  function valid(fromDays: number, untilDays: number): DeviceCertificate {
    const [validFromEpochMs, validUntilEpochMs] = [NOW_MS + fromDays * DAY_MS, NOW_MS + untilDays * DAY_MS]
    return { kind: 'present', subject: 'DR-0042', validFromEpochMs, validUntilEpochMs }
  }
  it.each<[string, DeviceCertificate, string, string | undefined]>([
    ['not asked for', { kind: 'not-configured' }, 'skipped', undefined],
    ['not there', { kind: 'missing', what: 'no file' }, 'failed', 'device-certificate-missing'],
    ['good for months', valid(-10, 90), 'ok', undefined],
    ['near its end', valid(-300, 29), 'warning', 'device-certificate-expiring'],
    ['expired', valid(-300, 0), 'failed', 'device-certificate-expired'],
    ['not valid yet', valid(1, 300), 'failed', 'device-certificate-expired'],
  ])('%s', (_what, certificate, state, code) => {
    expect(judgeCertificate(certificate, NOW_MS)).toMatchObject({ state, ...(code && { code }) })
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
