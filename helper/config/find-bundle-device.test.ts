import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type BundleStage, makeBundleStage } from '../trust/bundle-stage.fixture.ts'
import { findBundle } from './find-bundle.ts'
import { findSettledBundle } from './find-settled-bundle.ts'

const made = mkdtempSync(join(tmpdir(), 'kiosk-pair-'))
const NAMES = 'subjectAltName=URI:urn:digital-receptionist:device:DR-0077'

beforeAll(() => {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'device.key']
  const certificate = ['-x509', '-subj', '/CN=DR-0077', '-addext', 'extendedKeyUsage=clientAuth', '-addext', NAMES]
  execFileSync('openssl', ['req', ...key, ...certificate, '-out', 'device.crt'], { cwd: made, stdio: 'pipe' })
})
afterAll(() => rmSync(made, { recursive: true, force: true }))

describe('the device that a bundle is read for', () => {
  let stage: BundleStage
  let deviceFolder: string
  beforeEach(async () => {
    stage = await makeBundleStage()
    deviceFolder = join(stage.places.bundleFolder, '..', 'pair')
    mkdirSync(deviceFolder, { mode: 0o700 })
    cpSync(made, deviceFolder, { recursive: true })
    chmodSync(join(deviceFolder, 'device.key'), 0o600)
  })
  afterEach(() => stage.remove())

  async function found() {
    const { certificate, runnable } = await findBundle({ ...stage.places, deviceFolder })
    return { kind: certificate.kind, deviceId: runnable?.bundle.deviceId }
  }

  it.each<[string, (name: string) => void]>([
    ['lies open to others', () => chmodSync(join(deviceFolder, 'device.key'), 0o644)],
    ['has no key yet', () => rmSync(join(deviceFolder, 'device.key'))],
    ['has half a key', () => writeFileSync(join(deviceFolder, 'device.key'), '-----BEGIN PRIVATE KEY-----\nMIG')],
  ])('stays the same where its certificate %s', async (_what, spoil) => {
    expect(await found()).toEqual({ kind: 'present', deviceId: 'DR-0077' })
    spoil(deviceFolder)
    expect(await found()).toEqual({ kind: 'faulty', deviceId: 'DR-0077' })
  })

  it('is looked for once more where a start falls into a renewal', async () => {
    const path = join(deviceFolder, 'device.crt')
    const whole = readFileSync(path, 'utf8')
    writeFileSync(path, whole.slice(0, 200))
    const places = { ...stage.places, deviceFolder }
    const { certificate } = await findSettledBundle(places, async () => writeFileSync(path, whole))
    expect(certificate.kind).toBe('present')
  })

  it('is not told by a certificate that cannot be read', async () => {
    const path = join(deviceFolder, 'device.crt')
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, 200))
    expect(await found()).not.toMatchObject({ deviceId: 'DR-0077' })
  })
})
