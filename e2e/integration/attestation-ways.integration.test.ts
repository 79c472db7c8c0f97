import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { KioskGateway } from '../../demo/gateway/enrol-kiosk.ts'
import { findNginx } from '../../demo/gateway/find-nginx.ts'
import type { HelperProcess } from '../../demo/helper-process.ts'
import { runKioskctl } from '../../demo/kiosk-watch.ts'
import { openForwardProxy } from '../../demo/network/forward-proxy.ts'
import type { DemoBundle } from '../../demo/work-folders.ts'
import { type HelperWorld, openGatewayWorld } from './helper-world.ts'

const KIOSKCTL = join(import.meta.dirname, '..', '..', 'dist', 'helper', 'kioskctl.mjs')

describe.skipIf(findNginx() === null)('the way to the provider', () => {
  let world: HelperWorld & KioskGateway
  let helper: HelperProcess | null = null
  beforeAll(async () => {
    world = await openGatewayWorld({ deviceList: 'DR-0042 active\nDR-0043 suspended' })
    await world.install(await world.issue('DR-0042'))
  })
  afterEach(async () => {
    await helper?.stop()
    helper = null
  })
  afterAll(() => world?.close())

  const asked = () => world.provider.journal.requests
  const own = {
    test: ({ helper: { processId } }: { helper: { processId: number } }) => processId === helper?.child.pid,
  }

  function change(settings: Partial<DemoBundle>): Promise<void> {
    const caPem = `${world.provider.ca.caPem}\n${world.gateway.caPem}`
    return world.changeBundle({ session: { start: 'touch' }, attestation: world.attestation, caPem, ...settings })
  }

  async function getCode(): Promise<void> {
    await world.watch.until('attract', own)
    await runKioskctl(world.folders.runtime, 'touch')
    await world.watch.until('awaitingApproval', own)
  }

  async function kioskctl(...args: string[]): Promise<Record<string, unknown>> {
    const { bundle, state, device, trust, runtime } = world.folders
    const env = {
      PATH: process.env.PATH,
      KIOSK_BUNDLE_DIR: bundle,
      KIOSK_STATE_DIR: state,
      KIOSK_DEVICE_DIR: device,
      KIOSK_TRUST_DIR: trust,
      KIOSK_RUNTIME_DIR: runtime,
    }
    const stdout = await new Promise<string>((resolve) => {
      execFile(process.execPath, [KIOSKCTL, ...args, '--json'], { env }, (_error, out) => resolve(out))
    })
    const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string; code: string | null }[] }
    return Object.fromEntries(checks.map(({ name, state: found, code }) => [name, code ?? found]))
  }

  it.each([
    ['the bundle’s', (url: string) => ({ bundle: { network: { proxy: url } }, environment: {} })],
    [
      'the environment’s',
      (url: string) => ({ bundle: { network: { proxy: 'system' } }, environment: { HTTPS_PROXY: url } }),
    ],
  ])('shows the device’s certificate to the gateway through a proxy: %s', async (_whose, settingsOf) => {
    const proxy = await openForwardProxy()
    const { bundle, environment } = settingsOf(proxy.url)
    const network = { trustedCaFiles: ['ca.pem'], ...bundle.network }
    await change({ network })
    helper = await world.startHelper(environment)
    await getCode()
    expect([...proxy.tunnels.keys()]).toEqual([new URL(world.gateway.origin).host])
    await helper.stop()
    await proxy.close()
  })

  it('is looked at by doctor as the kiosk goes it, with and without a helper, and by preflight with a device’s files', async () => {
    await change({})
    const well = { attestation: 'ok', discovery: 'ok', 'key-set': 'ok', endpoints: 'skipped', 'device-code': 'ok' }
    const [before, askedBefore] = [(await world.gateway.accessLog()).length, asked().length]
    expect(await kioskctl('doctor')).toMatchObject({ certificate: 'ok', ...well })
    helper = await world.startHelper()
    await world.watch.until('attract', own)
    expect(await kioskctl('doctor')).toMatchObject({ helper: 'ok', certificate: 'ok', ...well })
    expect(await kioskctl('preflight', world.folders.bundle, '--device-dir', world.folders.device)).toMatchObject(well)
    const passedOn = (await world.gateway.accessLog())
      .slice(before)
      .filter(({ providerStatus }) => providerStatus !== '')
    expect(asked().length - askedBefore).toBe(passedOn.length)
  })

  it('is not looked at beyond the gateway for a device that it turns away', async () => {
    await change({})
    await world.install(await world.issue('DR-0043'))
    const before = asked().length
    expect(await kioskctl('doctor')).toMatchObject({
      certificate: 'ok',
      attestation: 'device-suspended',
      discovery: 'skipped',
      'device-code': 'skipped',
    })
    expect(asked()).toHaveLength(before)
    await world.install(await world.renew('DR-0042'))
  })

  it('is direct, and said to be so, where the bundle asks for no attestation', async () => {
    await change({ attestation: { required: false, ...world.attestation } })
    const before = (await world.gateway.accessLog()).length
    helper = await world.startHelper()
    await getCode()
    expect(helper.output()).toContain('attestation.direct')
    expect((await runKioskctl(world.folders.runtime, 'diagnostics')).stdout).toContain('the provider is asked directly')
    expect(await kioskctl('doctor')).toMatchObject({ attestation: 'skipped', certificate: 'ok', discovery: 'ok' })
    expect((await world.gateway.accessLog()).length).toBe(before)
  })
})
