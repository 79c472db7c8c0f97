import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DeviceActivation } from '../../contract/activation.ts'
import { checkKioskConfig } from '../../contract/check-kiosk-config.ts'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { type RememberedAudit, rememberAudit } from '../audit/remembered-audit.fixture.ts'
import { createLog } from '../log.ts'
import { openActivation } from './activation.ts'

function configWith(changes: Record<string, unknown> = {}): KioskConfig {
  const checked = checkKioskConfig({
    version: 1,
    brand: { name: 'Contoso' },
    identity: { provider: 'oidc', issuer: 'https://login.example.com', clientId: 'kiosk' },
    ...changes,
  })
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults))
  return checked.config
}
const RULED = configWith({ activation: { requiredClaims: { roles: ['kiosk-installer', 'facilities'] } } })
const INSTALLER = { sub: 'sam', roles: ['staff', 'kiosk-installer'] }
const RECEPTIONIST = { sub: 'alex', roles: ['staff'] }
const NEVER: DeviceActivation = { kind: 'inactive', because: 'never' }
const REFUSED = expect.objectContaining({ code: 'kiosk-not-activated' })

describe('a device', () => {
  let stateFolder: string
  let seen: DeviceActivation[]
  let audit: RememberedAudit
  beforeEach(async () => {
    stateFolder = await mkdtemp(join(tmpdir(), 'kiosk-activation-'))
    seen = []
    audit = rememberAudit()
  })
  afterEach(() => rm(stateFolder, { recursive: true, force: true }))

  const recordPath = () => join(stateFolder, 'activation.json')
  function open(config = RULED, { deviceId = 'DR-0042', installation = 'first' } = {}) {
    const log = createLog('test')
    log.level = 'silent'
    const bundle = { config, deviceId }
    return openActivation({ bundle, stateFolder, log, audit, installation, onChange: (state) => seen.push(state) })
  }
  async function activate(...given: Parameters<typeof open>) {
    const activation = await open(...given)
    activation.noteConfirmed({ generation: 3, readUserKey: async () => 'iss sam' })
    await activation.close()
    return activation
  }

  it('is put into service by the first confirmed sign-in, and stays in it over a restart', async () => {
    expect((await open()).state()).toEqual(NEVER)
    const activation = await activate()
    expect(seen).toEqual([activation.state()])
    expect(activation.state()).toMatchObject({ kind: 'active', generation: 3, isRecorded: true })
    expect((await open()).state()).toMatchObject({ kind: 'active', generation: null, isRecorded: true })
    const record = JSON.parse(await readFile(recordPath(), 'utf8'))
    expect(record).toMatchObject({ deviceId: 'DR-0042', issuer: 'https://login.example.com', userKey: 'iss sam' })
    expect(await readdir(stateFolder)).toEqual(['activation.json'])
    expect(audit.events).toMatchObject([
      { event: 'device.activated', because: 'never', user: 'iss sam', generation: 3 },
    ])
  })

  it('refuses whoever may not put it into service, naming the claim and not its values', async () => {
    const activation = await open()
    expect(() => activation.admit(RECEPTIONIST)).toThrow(REFUSED)
    expect(() => activation.admit(RECEPTIONIST)).toThrow('holds no admitted value of the claim "roles"')
    expect(() => activation.admit({ sub: 'alex' })).toThrow('holds no claim "roles"')
    expect(() => activation.admit(INSTALLER)).not.toThrow()
  })

  it('is for everybody whom access admits once it is in service', async () => {
    const activation = await activate()
    expect(() => activation.admit(RECEPTIONIST)).not.toThrow()
  })

  it('is put into service by anybody where the bundle sets no rule', async () => {
    const activation = await open(configWith())
    expect(() => activation.admit(RECEPTIONIST)).not.toThrow()
    expect(activation.state()).toEqual(NEVER)
  })

  it('keeps who was first: a later sign-in changes nothing', async () => {
    const activation = await activate()
    const before = await readFile(recordPath(), 'utf8')
    activation.noteConfirmed({ generation: 4, readUserKey: async () => 'iss alex' })
    await activation.close()
    expect(await readFile(recordPath(), 'utf8')).toBe(before)
    expect(seen).toHaveLength(1)
  })

  it('waits for the next sign-in when the first ended before anybody could say whose it was', async () => {
    const activation = await open()
    activation.noteConfirmed({ generation: 1, readUserKey: async () => null })
    await activation.close()
    expect(activation.state()).toEqual(NEVER)
  })

  it.each<[string, Parameters<typeof open>, string]>([
    ['another device id', [RULED, { deviceId: 'DR-0043' }], 'other-device'],
    [
      'another issuer',
      [configWith({ identity: { provider: 'oidc', issuer: 'https://id.example', clientId: 'kiosk' } })],
      'other-tenant',
    ],
    ['another installation of the system', [RULED, { installation: 'second' }], 'other-installation'],
  ])('has to be activated again under %s, and then is', async (_what, given, because) => {
    await activate()
    expect((await open(...given)).state()).toEqual({ kind: 'inactive', because })
    await activate(...given)
    expect((await open(...given)).state()).toMatchObject({ kind: 'active' })
    expect((await open()).state()).toMatchObject({ kind: 'inactive' })
  })

  it.each([
    ['half a file', '{"version":1,"deviceId":"DR'],
    ['another version', '{"version":2}'],
    ['nothing', ''],
  ])('is not in service by %s, and heals with the next activation', async (_what, content) => {
    await writeFile(recordPath(), content, { mode: 0o600 })
    const activation = await open()
    expect(activation.state()).toEqual({ kind: 'inactive', because: 'damaged' })
    expect(() => activation.admit(RECEPTIONIST)).toThrow(REFUSED)
    await activate()
    expect((await open()).state()).toMatchObject({ kind: 'active' })
  })

  it.skipIf(process.platform === 'win32')('believes no record that others could have written', async () => {
    await activate()
    await chmod(recordPath(), 0o666)
    expect((await open()).state()).toEqual({ kind: 'inactive', because: 'damaged' })
    await chmod(stateFolder, 0o777)
    expect((await open()).state()).toEqual({ kind: 'inactive', because: 'unreadable' })
  })

  describe('whose activation could not be written', () => {
    const SAM_ALONE = expect.objectContaining({ userKey: 'iss sam' })
    const readRecord = async () => JSON.parse(await readFile(recordPath(), 'utf8'))
    /** The folder is back right after. */
    async function activateInVain(writeAgainMs = 60_000) {
      await rm(stateFolder, { recursive: true })
      const log = createLog('test')
      log.level = 'silent'
      const bundle = { config: RULED, deviceId: 'DR-0042' }
      const onChange = (state: DeviceActivation) => seen.push(state)
      const installation = 'first'
      const activation = await openActivation({ bundle, stateFolder, log, audit, installation, onChange, writeAgainMs })
      activation.noteConfirmed({ generation: 3, readUserKey: async () => 'iss sam' })
      await vi.waitFor(() => expect(activation.state()).toMatchObject({ kind: 'active', isRecorded: false }))
      await mkdir(stateFolder, { mode: 0o700 })
      return activation
    }

    it('is written a little later, and says so', async () => {
      const activation = await activateInVain(5)
      await vi.waitFor(() => expect(activation.state()).toMatchObject({ kind: 'active', isRecorded: true }))
      expect(seen.at(-1)).toEqual(activation.state())
      expect(await readRecord()).toEqual(SAM_ALONE)
    })

    it('is written with the next sign-in, under the name of the first', async () => {
      const activation = await activateInVain()
      activation.noteConfirmed({ generation: 4, readUserKey: async () => 'iss alex' })
      await vi.waitFor(() => expect(activation.state()).toMatchObject({ generation: 3, isRecorded: true }))
      expect(await readRecord()).toEqual(SAM_ALONE)
    })

    it('is written when the helper stops', async () => {
      const activation = await activateInVain()
      await activation.close()
      expect(await readRecord()).toEqual(SAM_ALONE)
    })
  })

  it('is in service for as long as the helper runs where it cannot be recorded', async () => {
    await rm(stateFolder, { recursive: true })
    const activation = await activate()
    expect(activation.state()).toMatchObject({ kind: 'active', isRecorded: false })
    expect((await open()).state()).toEqual({ kind: 'inactive', because: 'unreadable' })
  })
})
