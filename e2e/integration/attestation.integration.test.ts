import { chmod, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import { installPair, type KioskGateway } from '../../demo/gateway/enrol-kiosk.ts'
import { findNginx } from '../../demo/gateway/find-nginx.ts'
import type { HelperProcess } from '../../demo/helper-process.ts'
import { runKioskctl } from '../../demo/kiosk-watch.ts'
import { openDrillScreen } from '../drills/drill-screen.ts'
import { type HelperWorld, openGatewayWorld } from './helper-world.ts'

const DAY_MS = 86_400_000
const DEVICES = 'DR-0042 active\nDR-0043 suspended\nDR-0044 active\nDR-0050 active'

describe.skipIf(findNginx() === null)('a kiosk behind a gateway', () => {
  let world: HelperWorld & KioskGateway
  let helper: HelperProcess | null = null
  let good: { cert: string; key: string }

  beforeAll(async () => {
    world = await openGatewayWorld({ deviceList: DEVICES, accessTokenLifetimeSeconds: 8 })
    good = await world.issue('DR-0042')
  })
  afterEach(async () => {
    await helper?.stop()
    helper = null
    await rm(join(world.folders.device, 'device.crt'), { force: true })
    await rm(join(world.folders.device, 'device.key'), { force: true })
  })
  afterAll(() => world?.close())

  const asked = () => world.provider.journal.requests

  it.each<[string, () => Promise<{ cert: string; key: string } | null>, string[]]>([
    ['none', async () => null, ['device-certificate-missing']],
    [
      'an expired one',
      () => world.issue('DR-0045', { now: new Date(Date.now() - 400 * DAY_MS), days: 30 }),
      ['device-certificate-expired'],
    ],
    [
      'one that is not valid yet',
      () => world.issue('DR-0046', { now: new Date(Date.now() + 10 * DAY_MS) }),
      ['device-certificate-too-early'],
    ],
    [
      'one of a foreign authority by the same name',
      () => world.issueForeign('DR-0042'),
      ['device-certificate-foreign'],
    ],
    [
      'one with another’s key',
      async () => ({ cert: good.cert, key: (await world.issue('DR-0047')).key }),
      ['device-certificate-key-mismatch'],
    ],
  ])('says what is wrong, and asks nobody for anything, with %s', async (_what, make, codes) => {
    const pair = await make()
    if (pair) await world.install(pair)
    helper = await world.startHelper()
    const { session } = await world.watch.until('unprovisioned', {
      test: ({ helper: { processId } }) => processId === helper?.child.pid,
    })
    expect(session.problems.map(({ code }) => code)).toEqual(codes)
    expect(asked()).toEqual([])
    expect(await world.gateway.accessLog()).toEqual([])
  })

  it('takes no key that others can read', async () => {
    await world.install(good)
    await chmod(join(world.folders.device, 'device.key'), 0o640)
    helper = await world.startHelper()
    const { session } = await world.watch.until('unprovisioned', {
      test: ({ helper: { processId } }) => processId === helper?.child.pid,
    })
    expect(session.problems.map(({ code }) => code)).toEqual(['device-certificate-key-exposed'])
  })

  it.each<[string, () => Promise<{ cert: string; key: string }>, string, string]>([
    ['is not listed', () => world.issue('DR-9999'), 'device-not-admitted', 'device-not-listed'],
    ['is suspended', () => world.issue('DR-0043'), 'device-suspended', 'device-suspended'],
    [
      'was revoked',
      async () => {
        const revoked = await world.issue('DR-0044')
        await world.revoke('DR-0044')
        return revoked
      },
      'device-not-admitted',
      'certificate-revoked',
    ],
  ])('comes no further than the gateway as a device that %s', async (_what, make, code, reason) => {
    await world.install(await make())
    helper = await world.startHelper()
    const isOwn = ({ helper: { processId } }: KioskSnapshot) => processId === helper?.child.pid
    await world.watch.until('attract', { test: isOwn })
    await runKioskctl(world.folders.runtime, 'touch')
    const { session } = await world.watch.until('trouble', { test: isOwn })
    expect(session).toMatchObject({ code, providerError: reason })
    expect(asked()).toEqual([])
    const doctor = await runKioskctl(world.folders.runtime, 'doctor', '--json')
    expect(doctor.stdout).toContain(`"name":"attestation","state":"failed"`)
    expect(asked()).toEqual([])
  })

  it('signs in, refreshes and signs out through the gateway as a good one, with the real issuer', async () => {
    await world.install(good)
    helper = await world.startHelper()
    const screen = openDrillScreen(world.folders.runtime)
    try {
      await screen.until('attract')
      await screen.press({ kind: 'touch' })
      const { userCode } = await screen.until('awaitingApproval')
      await world.provider.approve(userCode)
      const { generation } = await screen.until('confirming')
      await screen.press({ kind: 'confirmPresence', generation })
      await screen.until('signedIn')
      const refreshes = () => asked().filter(({ grantType }) => grantType === 'refresh_token')
      await expect.poll(() => refreshes().length, { timeout: 20_000 }).toBeGreaterThan(0)
      await screen.press({ kind: 'signOut' })
      // A renewal that was under way makes a second one.
      await expect
        .poll(() =>
          asked()
            .filter(({ path }) => path === '/token/revocation')
            .map(({ status }) => status),
        )
        .toContain(200)
      const diagnostics = await runKioskctl(world.folders.runtime, 'diagnostics', '--json')
      expect(JSON.parse(diagnostics.stdout)).toMatchObject({
        device: { id: 'DR-0042', source: 'certificate' },
        provider: { issuer: world.provider.issuer },
        standing: { gatewayUrl: world.gateway.origin, attestation: { kind: 'active' } },
      })
      const said = `${helper.output()}${diagnostics.stdout}`
      for (const line of good.key.split('\n').slice(1, -2)) expect(said).not.toContain(line)
      const log = await world.gateway.accessLog()
      expect(log.at(-1)).toMatchObject({ deviceId: 'DR-0042' })
      expect(log.length).toBeGreaterThan(asked().length)
    } finally {
      screen.close()
    }
  })

  it('goes on with the last good pair while another is half written, and takes the whole one without a restart', async () => {
    await world.install(good)
    helper = await world.startHelper()
    const isOwn = ({ helper: { processId } }: KioskSnapshot) => processId === helper?.child.pid
    await world.watch.until('attract', { test: isOwn })
    const next = await world.renew('DR-0042')
    await writeFile(join(world.folders.device, 'device.crt'), next.cert)
    await expect.poll(() => helper?.output(), { timeout: 15_000 }).toContain('device.certificate-faulty')
    await runKioskctl(world.folders.runtime, 'touch')
    await world.watch.until('awaitingApproval', { test: isOwn })
    await installPair(world.folders.device, next)
    await expect.poll(() => helper?.output(), { timeout: 15_000 }).toContain('device.certificate-changed')
    expect(helper.child.exitCode).toBeNull()
  })
})
