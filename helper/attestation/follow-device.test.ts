import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLog } from '../log.ts'
import type { DeviceCertificate, DeviceIdentity } from './device-identity.ts'
import { followDevice } from './follow-device.ts'

const LOOK_MS = 100
const DAY_MS = 86_400_000

function identity(fingerprint: string, deviceId = 'DR-0042', days = 365, below = ''): DeviceIdentity {
  return {
    deviceId,
    certificateChainPem: `${fingerprint}${below}`,
    fingerprint,
    validFromEpochMs: 0,
    validUntilEpochMs: Date.now() + days * DAY_MS,
    secureContext: () => ({ context: null }),
    signJws: async () => '',
  }
}

const present = (...args: Parameters<typeof identity>): DeviceCertificate => {
  return { kind: 'present', identity: identity(...args) }
}
const HALF: DeviceCertificate = {
  kind: 'faulty',
  faults: [{ code: 'device-certificate-key-mismatch', where: '/device.key', what: 'does not belong' }],
}

describe('a certificate that is replaced', () => {
  let found: DeviceCertificate
  const changes: string[] = []

  beforeEach(() => {
    vi.useFakeTimers()
    found = present('one')
    changes.length = 0
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  function follow(started = identity('one')) {
    const log = createLog('test')
    log.level = 'silent'
    return followDevice({
      source: { read: async () => found },
      started,
      onChange: ({ fingerprint }) => void changes.push(fingerprint),
      log,
      lookAgainMs: LOOK_MS,
    })
  }

  it('is taken over when both files are there, and nothing is said of the moment between', async () => {
    const device = follow()
    found = HALF
    await vi.advanceTimersByTimeAsync(LOOK_MS)
    expect(device.identity().fingerprint).toBe('one')
    expect(device.faults()).toEqual([])
    found = present('two')
    await vi.advanceTimersByTimeAsync(LOOK_MS)
    expect(device.identity().fingerprint).toBe('two')
    expect(changes).toEqual(['two'])
    device.stop()
  })

  it('is told to everybody who follows it', async () => {
    const device = follow()
    const told: string[] = []
    device.onRenewed(({ fingerprint }) => void told.push(fingerprint))
    found = present('two')
    await vi.advanceTimersByTimeAsync(2 * LOOK_MS)
    expect([changes, told]).toEqual([['two'], ['two']])
    device.stop()
  })

  it('is taken over as well where only what stands below it has changed', async () => {
    const device = follow()
    found = present('one', 'DR-0042', 365, 'authority')
    await vi.advanceTimersByTimeAsync(LOOK_MS)
    expect(device.identity().certificateChainPem).toBe('oneauthority')
    expect(changes).toEqual(['one'])
    device.stop()
  })

  it('stays in use while what lies there is faulty, which is named', async () => {
    const device = follow()
    found = HALF
    await vi.advanceTimersByTimeAsync(2 * LOOK_MS)
    expect(device.identity().fingerprint).toBe('one')
    expect(device.faults().map(({ code }) => code)).toEqual(['device-certificate-key-mismatch'])
    found = present('one')
    await vi.advanceTimersByTimeAsync(LOOK_MS)
    expect(device.faults()).toEqual([])
    expect(changes).toEqual([])
    device.stop()
  })

  it.each<[string, DeviceCertificate, string]>([
    ['taken away', { kind: 'not-configured' }, 'device-certificate-missing'],
    ['one of another device', present('two', 'DR-0043'), 'device-certificate-ids-differ'],
  ])('does not make this kiosk another one, or none: %s', async (_what, later, code) => {
    const device = follow()
    found = later
    await vi.advanceTimersByTimeAsync(3 * LOOK_MS)
    expect(device.identity().deviceId).toBe('DR-0042')
    expect(device.faults().map((fault) => fault.code)).toEqual([code])
    device.stop()
  })

  it('is not looked for any more after a stop', async () => {
    const device = follow()
    device.stop()
    found = present('two')
    await vi.advanceTimersByTimeAsync(5 * LOOK_MS)
    expect(device.identity().fingerprint).toBe('one')
  })
})
