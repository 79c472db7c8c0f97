import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { revokeCertificates } from '../../fleet/pki/device-certificates.ts'
import { findMosquitto } from './find-mosquitto.ts'
import { type FleetWorld, openFleetWorld } from './fleet-world.ts'
import type { PretendedKiosk } from './pretended-kiosk.ts'

const FLEETCTL = join(import.meta.dirname, '..', '..', 'dist', 'fleet', 'fleetctl.mjs')
const mosquittoPath = findMosquitto()

describe.skipIf(mosquittoPath === null)('fleetctl with a broker and kiosks', () => {
  let world: FleetWorld
  let lobby: PretendedKiosk
  let dock: PretendedKiosk

  beforeAll(async () => {
    world = await openFleetWorld({ mosquittoPath: mosquittoPath ?? '' })
    lobby = await world.addKiosk('DR-0001')
    dock = await world.addKiosk('DR-0002', {
      state: { kioskName: 'Dock\u001b[2J', place: 'Warehouse' },
      answer: ({ order }) =>
        order === 'refresh-tokens' ? { kind: 'failed', reason: 'no-session', code: null } : { kind: 'done', did: [] },
    })
  })
  afterAll(() => world?.close())

  function start(args: readonly string[]): { child: ChildProcessWithoutNullStreams; said: () => string } {
    const child = spawn(process.execPath, [FLEETCTL, ...args, '--settings', world.settingsFile])
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    return { child, said: () => said }
  }

  async function run(...args: string[]): Promise<{ code: number; said: string; lines: Record<string, unknown>[] }> {
    const { child, said } = start(args)
    child.stdin.end()
    const [code] = await once(child, 'close')
    const lines = args.includes('--json')
      ? said()
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line))
      : []
    return { code, said: said(), lines }
  }

  it.each([
    ['revoke', 'revoke-session'],
    ['restart', 'restart-sign-in'],
    ['reload', 'reload-config'],
    ['diagnose', 'collect-diagnostics'],
  ])('%s reaches a kiosk, and ends with its receipt', async (command, order) => {
    const { code, said } = await run(command, 'DR-0001')
    expect({ code, said }).toEqual({
      code: 0,
      said: expect.stringMatching(/^DR-0001 {2}done: .* \(\d+ ms\)\n.* to 1 kiosk: 1 done, 0 refused/),
    })
    expect(lobby.orders.at(-1)).toMatchObject({ aud: 'DR-0001', order })
  })

  it('wipes without a question only where a script says so', async () => {
    const before = lobby.orders.length
    expect(await run('wipe', 'DR-0001')).toMatchObject({ code: 1, said: expect.stringContaining('--yes') })
    expect(lobby.orders).toHaveLength(before)
    expect(await run('wipe', 'DR-0001', '--yes')).toMatchObject({ code: 0 })
    expect(lobby.orders.at(-1)).toMatchObject({ order: 'wipe' })
  })

  it('finds the kiosks of a tenant, and ends with 1 where one of them fails', async () => {
    const { code, lines } = await run('refresh', '--tenant', 'Contoso', '--json')
    expect(code).toBe(1)
    expect(lines.at(-1)).toMatchObject({ kind: 'summary', order: 'refresh-tokens', kiosks: 2, done: 1, failed: 1 })
    expect(lines).toContainEqual(
      expect.objectContaining({
        deviceId: 'DR-0002',
        kind: 'receipted',
        receipt: expect.objectContaining({ order: 'refresh-tokens' }),
      }),
    )
  })

  it('finds the kiosks of a site by what they report, and says so where there are none', async () => {
    const { lines } = await run('revoke', '--site', 'warehouse', '--json')
    expect(lines.at(-1)).toMatchObject({ kiosks: 1, done: 1 })
    expect(dock.orders.at(-1)).toMatchObject({ order: 'revoke-session' })
    expect(await run('revoke', '--site', 'Nowhere')).toMatchObject({
      code: 1,
      said: expect.stringContaining('none of the'),
    })
  })

  it('does not say that all is done where it cannot read what some kiosk reports', async () => {
    await world.addKiosk('DR-0006', { state: { place: 'Annex' } })
    const newer = await world.addKiosk('DR-0007', { state: { place: 'Annex' } })
    await newer.say('reported', '{"version":2}')
    const { code, lines } = await run('revoke', '--site', 'Annex', '--json')
    await newer.report({ place: 'Annex' })
    expect(lines.at(-1)).toMatchObject({ kind: 'summary', kiosks: 1, done: 1 })
    expect(lines).toContainEqual({ kind: 'chosen', kiosks: 1, of: 3, unreadable: ['DR-0007'], isComplete: true })
    expect(code).toBe(1)
  })

  it('goes over WebSockets where the broker’s address says so', async () => {
    expect(await run('revoke', 'DR-0001', '--broker', world.broker.websocketsUrl)).toMatchObject({ code: 0 })
  })

  it('knows at once that nobody is there', async () => {
    const { code, said } = await run('revoke', 'DR-9999')
    expect({ code, said }).toEqual({ code: 1, said: expect.stringContaining('the broker keeps nothing for it') })
  })

  it('leaves the order with the broker for a kiosk that is off, which finds it when it comes back', async () => {
    const kiosk = await world.addKiosk('DR-0003')
    await kiosk.disconnect()
    const { code, said } = await run('revoke', 'DR-0003', '--timeout', '1')
    expect({ code, said }).toEqual({
      code: 1,
      said: expect.stringContaining('no receipt yet: the broker has the order'),
    })
    await kiosk.connect()
    await expect.poll(() => kiosk.orders.length).toBe(1)
  })

  it('believes no receipt but the kiosk’s own', async () => {
    const other = await world.addKiosk('DR-0004')
    const liar = await world.addKiosk('DR-0005', { answer: () => null })
    const receipt = { deviceId: 'DR-0005', orderHash: 'h'.repeat(43), outcome: { kind: 'done', did: [] } }
    const { child, said } = start(['revoke', 'DR-0005', '--timeout', '2', '--json'])
    await expect.poll(() => liar.orders.length).toBe(1)
    await liar.say('receipts', JSON.stringify(receipt))
    await liar.say('receipts', await other.signReceipt(receipt))
    const [code] = await once(child, 'close')
    expect(code).toBe(1)
    expect(said()).toContain('"why":"not-signed"')
    expect(said()).toContain('"why":"another-device"')
    expect(said()).toContain('"waitingFor":["DR-0005"]')
  })

  it('believes no kiosk whose certificate was revoked, though the broker has not noticed', async () => {
    const stolen = await world.addKiosk('DR-0008')
    const which = { deviceId: 'DR-0008' }
    await revokeCertificates({ folder: world.pkiFolder, which, reason: 'keyCompromise', now: new Date() })
    const { code, said } = await run('wipe', 'DR-0008', '--yes', '--timeout', '2')
    expect(stolen.orders).toHaveLength(1)
    expect(code).toBe(1)
    expect(said).toContain('DR-0008  what calls itself a receipt is signed with a certificate that was revoked')
    expect(said).toContain('0 done')
  })

  it('watches without a terminal, lets no control through, and ends with Ctrl+C', async () => {
    const { child, said } = start(['watch'])
    await expect.poll(said).toContain('Dock�[2J')
    await dock.report({
      session: { kind: 'signedIn', sinceEpochMs: Date.now(), generation: 3, endedBecause: null, code: null },
    })
    await expect.poll(said).toMatch(/DR-0002.*Warehouse.*online.*signedIn/)
    await run('revoke', 'DR-0001')
    await expect.poll(said).toContain('DR-0001 revoke-session: done: session-ended')
    child.kill('SIGINT')
    expect(await once(child, 'close')).toEqual([0, null])
    expect(said()).not.toContain('\u001b')
  })

  it('watches in JSON lines', async () => {
    const { child, said } = start(['watch', '--json', 'DR-0001'])
    await expect.poll(said).toContain('"presence":"online"')
    child.kill('SIGTERM')
    expect(await once(child, 'close')).toEqual([0, null])
    const lines = said()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(new Set(lines.map(({ deviceId }) => deviceId))).toEqual(new Set(['DR-0001']))
  })

  it('says what is wrong with the broker and with the files, all at once', async () => {
    const { operatorsUrl } = world.broker
    expect(await run('watch', '--broker', 'mqtts://localhost:1')).toMatchObject({
      code: 1,
      said: expect.stringContaining('mqtts://localhost:1 cannot be reached: nothing listens there'),
    })
    expect(await run('watch', '--broker', operatorsUrl.replace('localhost', '127.0.0.2'))).toMatchObject({ code: 1 })
    const { said } = await run(
      'revoke',
      'DR-0001',
      '--key',
      '/missing',
      '--order-key',
      `${world.pkiFolder}/orders.public.jwk`,
    )
    expect(said).toContain('keyFile: /missing is not there')
    expect(said).toMatch(/orderKeyFile: .* (public half|can be read by others)/)
    expect(await run('revoke')).toMatchObject({ code: 2, said: expect.stringContaining('--site or --tenant') })
    expect(await run('revoke', 'DR-0001', '--canary=x')).toMatchObject({
      code: 2,
      said: expect.not.stringContaining('canary'),
    })
  })
})
