import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DeviceCertificate } from '../attestation/device-identity.ts'
import { refusePreflight } from './preflight-refusal.ts'

let there: string
beforeAll(async () => {
  there = await mkdtemp(join(tmpdir(), 'kiosk-device-'))
})
afterAll(() => rm(there, { recursive: true }))

const config = { attestation: { required: true, gatewayUrl: 'https://gateway.example', recheckMinutes: 15 } }
const none: DeviceCertificate = { kind: 'not-configured' }
const laptop = { config, certificate: none, isDirectly: false, isPackaged: false }

it('goes past the gateway from a laptop, and from a kiosk only where somebody says so', async () => {
  const [deviceFolder, nowhere] = [there, join(there, 'nowhere')]
  expect(await refusePreflight({ ...laptop, deviceFolder: nowhere })).toEqual([])
  for (const kiosk of [
    { ...laptop, deviceFolder },
    { ...laptop, deviceFolder: nowhere, isPackaged: true },
  ]) {
    const [refusal, ...more] = await refusePreflight(kiosk)
    expect(refusal).toMatchObject({ name: 'attestation', state: 'failed', code: 'command-not-allowed' })
    expect(refusal?.remedy).toContain('--directly')
    expect(more).toEqual([])
    expect(await refusePreflight({ ...kiosk, isDirectly: true })).toEqual([])
    expect(await refusePreflight({ ...kiosk, config: { attestation: undefined } })).toEqual([])
  }
})

it('names every fault of a device’s files', async () => {
  const faults = [
    { code: 'device-certificate-expired' as const, where: 'device.crt', what: 'is old' },
    { code: 'device-certificate-key-exposed' as const, where: 'device.key', what: 'is open' },
  ]
  const refused = await refusePreflight({ ...laptop, certificate: { kind: 'faulty', faults }, deviceFolder: there })
  expect(refused.map(({ code, found }) => `${code} ${found}`)).toEqual([
    'device-certificate-expired device.crt is old',
    'device-certificate-key-exposed device.key is open',
  ])
})
