import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAuthority, generateKeys, signRevocationList } from '../pki/certificates.ts'
import { readOperator } from './operator-files.ts'
import { checkOperatorSettings } from './operator-settings.ts'

const SETTINGS = {
  version: 1,
  brokerUrl: 'mqtts://broker.example.com:8884',
  certificateFile: 'operator.crt',
  keyFile: 'operator.key',
  fleetCaFile: 'fleet-ca.crt',
}

describe('fleet.json', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kiosk-operator-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it.each([
    ['an address without TLS', { brokerUrl: 'mqtt://broker.example.com' }, 'brokerUrl is no broker’s address'],
    [
      'a password in the address',
      { brokerUrl: 'mqtts://me:canary@broker.example.com' },
      'brokerUrl is no broker’s address',
    ],
    ['a spelling mistake', { fleetCa: 'x' }, 'fleetCa is not a setting of fleetctl'],
    ['a missing file', { keyFile: undefined }, 'keyFile is missing'],
    ['another version', { version: 2 }, 'version is not 1'],
  ])('is refused with %s', (_what, changes, words) => {
    const checked = checkOperatorSettings({ ...SETTINGS, ...changes })
    const faults = checked.ok ? [] : checked.faults.map(({ path, what }) => `${path} ${what}`)
    expect(faults).toEqual([expect.stringContaining(words)])
    expect(faults.join()).not.toContain('canary')
  })

  it('names every fault of its files at once, and repeats nothing of them', async () => {
    const settings = join(folder, 'fleet.json')
    writeFileSync(settings, JSON.stringify({ ...SETTINGS, orderKeyFile: 'order.jwk' }))
    writeFileSync(join(folder, 'operator.key'), 'canary', { mode: 0o600 })
    writeFileSync(join(folder, 'fleet-ca.crt'), 'canary')
    writeFileSync(join(folder, 'order.jwk'), '{"d":"canary"}', { mode: 0o600 })
    const refused = await readOperator({ settings }, { needsOrderKey: true }).catch((error: Error) => error.message)
    expect(refused).toContain(`certificateFile: ${join(folder, 'operator.crt')} is not there`)
    expect(refused).toContain('holds no key that can be read without a password')
    expect(refused).toContain('fleetCaFile')
    expect(refused).toContain('is no key for orders')
    expect(refused).not.toContain('canary')
  })

  it('does not quote a key that was named in its place', async () => {
    const settings = join(folder, 'fleet.json')
    writeFileSync(settings, 'canary')
    const refused = await readOperator({ settings }, { needsOrderKey: true }).catch((error: Error) => error.message)
    expect(refused).toBe(`${settings} is no JSON`)
  })

  it('takes no list of revoked certificates that is over', async () => {
    const settings = join(folder, 'fleet.json')
    const keys = await generateKeys()
    const now = new Date(Date.now() - 3 * 86_400_000)
    const certificate = await createAuthority({ name: 'Contoso kiosks', now, days: 30, keys })
    const fleet = { certificate, signingKey: keys.privateKey }
    writeFileSync(settings, JSON.stringify({ ...SETTINGS, fleetCrlFile: 'fleet-ca.crl' }))
    writeFileSync(join(folder, 'fleet-ca.crt'), certificate.toString('pem'))
    const list = await signRevocationList(fleet, { revocations: [], crlNumber: 1, now, days: 1 })
    writeFileSync(join(folder, 'fleet-ca.crl'), list)
    const refused = readOperator({ settings }, { needsOrderKey: false })
    await expect(refused).rejects.toThrow(/fleet-ca.crl has been over since .* "fleetctl pki crl"/)
  })

  it('names what is wrong with a list of sites', async () => {
    const settings = join(folder, 'fleet.json')
    writeFileSync(settings, JSON.stringify({ ...SETTINGS, sitesFile: 'kiosk.json' }))
    writeFileSync(join(folder, 'kiosk.json'), '{"sites":[{"place":"canary"}]}')
    const refused = await readOperator({ settings }, { needsOrderKey: false }).catch((error: Error) => error.message)
    expect(refused).toContain('has no table of sites')
    expect(refused).not.toContain('canary')
  })

  it.skipIf(process.platform === 'win32')('takes no key that others can read', async () => {
    const settings = join(folder, 'fleet.json')
    writeFileSync(settings, JSON.stringify(SETTINGS))
    writeFileSync(join(folder, 'operator.key'), 'x', { mode: 0o644 })
    await expect(readOperator({ settings }, { needsOrderKey: false })).rejects.toThrow(/mode 644\): chmod 600/)
  })

  it('is not there, and flags say what is missing', async () => {
    const settings = join(folder, 'none.json')
    await expect(readOperator({ settings }, { needsOrderKey: false })).rejects.toThrow(/none.json cannot be read/)
  })
})
