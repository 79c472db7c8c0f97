import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runKioskctl } from '../../demo/kiosk-watch.ts'
import { openScreenLink, type ScreenLink } from '../../demo/screen-link.ts'
import { type HelperWorld, openHelperWorld } from './helper-world.ts'

describe('the activation of a device with a built helper', () => {
  let world: HelperWorld
  let helper: Awaited<ReturnType<HelperWorld['startHelper']>>
  let screen: ScreenLink
  beforeEach(async () => {
    world = await openHelperWorld()
    // Only the second of the staff may put a kiosk into service.
    await world.changeBundle({ activation: { requiredClaims: { oid: staff(1).oid } } })
    await start()
  })
  afterEach(async () => {
    screen.close()
    await world.close()
  })

  const recordPath = () => join(world.folders.state, 'activation.json')
  function staff(index: number) {
    const account = world.provider.staff[index]
    if (!account) throw new Error('the provider has no such staff')
    return account
  }
  async function start(): Promise<void> {
    helper = await world.startHelper()
    screen = await openScreenLink(world.folders.runtime)
  }
  async function restartWith(record: string): Promise<void> {
    screen.close()
    await helper.stop()
    await writeFile(recordPath(), record, { mode: 0o600 })
    await start()
  }
  const kioskctl = async (...args: string[]) => (await runKioskctl(world.folders.runtime, ...args)).stdout
  const activation = async () => JSON.parse(await kioskctl('diagnostics', '--json')).activation
  /** With the newest code, which must be another than `after`. */
  async function approve(index: number, after = 0): Promise<number> {
    const test = ({ session }: { session: { generation: number } }) => session.generation > after
    const { session } = await world.watch.until('awaitingApproval', { test })
    await world.provider.approve(session.userCode, staff(index))
    return session.generation
  }

  it('is done by the first confirmed sign-in of somebody who may, once and for good', async () => {
    expect(await kioskctl('state')).toContain('activated no (never)')
    const refused = await approve(0)
    const { session: trouble } = await world.watch.until('trouble')
    expect(trouble.code).toBe('kiosk-not-activated')
    const revocations = () => world.provider.journal.requests.filter(({ path }) => path === '/token/revocation')
    await expect.poll(revocations).toHaveLength(1)

    await screen.press({ kind: 'touch' })
    const generation = await approve(1, refused)
    await world.watch.until('confirming')
    expect(await activation()).toEqual({ kind: 'inactive', because: 'never' })
    await screen.press({ kind: 'confirmPresence', generation })
    const isActive = { kind: 'active', generation, isRecorded: true }
    await world.watch.until('signedIn', { test: ({ device }) => device.activation?.kind === 'active' })
    expect(await activation()).toMatchObject(isActive)
    expect(helper.output()).toContain('"event":"device.activated","because":"never","deviceId":"DR-0042"')
    const record = JSON.parse(await readFile(recordPath(), 'utf8'))
    expect(record).toMatchObject({ deviceId: 'DR-0042', issuer: world.provider.issuer })
    expect(record.userKey).toContain(staff(1).accountId)

    await screen.press({ kind: 'signOut' })
    await approve(0, generation)
    expect(
      (await world.watch.until('confirming', { test: ({ session }) => session.generation > generation })).session,
    ).toMatchObject({ displayName: staff(0).name })

    await restartWith(JSON.stringify(record))
    expect(await kioskctl('state')).toContain('activated since ')
    await restartWith(JSON.stringify({ ...record, deviceId: 'DR-0099' }))
    expect(await kioskctl('state')).toContain('activated no (other-device)')
    expect(helper.output()).toContain('"event":"device.reassigned","because":"other-device"')
    await restartWith('{"version":1')
    expect(await kioskctl('state')).toContain('activated no (damaged)')
    expect(helper.output()).toContain('"event":"device.activation-unusable","because":"damaged"')
  })
})
