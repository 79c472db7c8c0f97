import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CompactSign, exportJWK, generateKeyPair } from 'jose'
import type { IPublishPacket } from 'mqtt-packet'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ORDER_TYPE, type OrderName } from '../../contract/remote-orders.ts'
import type { DeviceIdentity } from '../attestation/device-identity.ts'
import { createLog } from '../log.ts'
import type { OrderedKiosk } from './carry-out.ts'
import { type PretendedBroker, pretendDevice, startPretendedBroker } from './pretended-broker.fixture.ts'
import { openRemoteControl, type RemoteControl } from './remote-control.ts'

const WAITS = { timeout: 10_000 }
const log = createLog('test')
log.level = 'silent'

describe('remote control', () => {
  let work: string
  let broker: PretendedBroker
  let signingKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey']
  let identity: DeviceIdentity
  let renew: (identity: DeviceIdentity) => void
  const open: RemoteControl[] = []
  const keysFile = () => join(work, 'trust', 'operations-keys.json')

  beforeEach(async () => {
    work = await mkdtemp(join(tmpdir(), 'kiosk-remote-'))
    for (const folder of ['state', 'trust']) await mkdir(join(work, folder), { mode: 0o700 })
    const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
    signingKey = pair.privateKey
    const key = { ...(await exportJWK(pair.publicKey)), kid: 'orders', use: 'sig' }
    await writeFile(keysFile(), JSON.stringify({ keys: [key] }), { mode: 0o644 })
    broker = await startPretendedBroker()
    identity = await pretendDevice('first', broker.caPem)
  })
  afterEach(async () => {
    for (const remote of open.splice(0)) await remote.stop({ planned: true })
    await broker.close()
    await rm(work, { recursive: true, maxRetries: 3 })
  })

  async function start(
    kiosk: Partial<OrderedKiosk>,
    { state = 'state', startWaitSeconds = 4, brokerUrl = broker.url } = {},
  ) {
    const remote = await openRemoteControl({
      settings: { brokerUrl, sessionExpiryDays: 1, startWaitSeconds },
      identitySource: { read: async () => ({ kind: 'present', identity }) },
      followed: {
        identity: () => identity,
        faults: () => [],
        onRenewed(listener) {
          renew = (fresh) => {
            identity = fresh
            listener(fresh)
          }
        },
        stop: () => {},
      },
      folders: { stateFolder: join(work, state), trustFolder: join(work, 'trust'), isPackaged: false },
      kiosk: { kind: () => 'attract', troubleCode: () => null, ...kiosk } as OrderedKiosk,
      clock: {
        nowMs: () => performance.now(),
        wait: (delayMs) => new Promise((resolve) => setTimeout(resolve, delayMs)),
        random: () => 0,
      },
      providerSkewMs: () => 0,
      describe: () => Promise.reject(new Error('nothing is reported here')),
      record: async () => {},
      log,
    })
    open.push(remote)
    return remote
  }

  async function send(order: OrderName, messageId = 7): Promise<void> {
    const iat = Math.floor(Date.now() / 1000)
    const payload = { aud: 'DR-0042', jti: `order-number-${messageId}-0123456789`, iat, exp: iat + 600, order }
    const jws = await new CompactSign(Buffer.from(JSON.stringify(payload)))
      .setProtectedHeader({ typ: ORDER_TYPE, alg: 'EdDSA', kid: 'orders' })
      .sign(signingKey)
    const topic = 'kiosks/DR-0042/orders'
    broker.send({ cmd: 'publish', topic, payload: jws, qos: 1, dup: false, retain: false, messageId })
  }
  const sent = (cmd: string) => broker.packets.filter((packet) => packet.cmd === cmd)
  const receipts = () =>
    (sent('publish') as IPublishPacket[])
      .filter(({ topic }) => topic.endsWith('receipts'))
      .map((p) => String(p.payload))

  it('carries out a wipe that a helper before it had promised before any start, also where nobody waits for a broker', async () => {
    const first = Promise.withResolvers<boolean>()
    const wipe = vi.fn(() => first.promise)
    await (await start({ wipe })).drain()
    await send('wipe')
    await vi.waitFor(() => expect(wipe).toHaveBeenCalled(), WAITS)
    expect(await readFile(join(work, 'state', 'orders.json'), 'utf8')).toContain('"wipe"')
    // As a power cut leaves it.
    await cp(join(work, 'state'), join(work, 'later'), { recursive: true })
    first.resolve(true)

    const second = Promise.withResolvers<boolean>()
    const remote = await start({ wipe: () => second.promise }, { state: 'later', startWaitSeconds: 0 })
    const order: string[] = []
    const draining = remote.drain().then(() => order.push('start'))
    setTimeout(() => {
      order.push('wiped')
      second.resolve(true)
    }, 200)
    await draining
    expect(order).toEqual(['wiped', 'start'])
  })

  it('does not hold up a stop for a receipt that no connection takes', async () => {
    const wipe = vi.fn(() => new Promise<boolean>(() => {}))
    await (await start({ wipe })).drain()
    await send('wipe')
    await vi.waitFor(() => expect(wipe).toHaveBeenCalled(), WAITS)
    await cp(join(work, 'state'), join(work, 'later'), { recursive: true })

    const nobody = { state: 'later', startWaitSeconds: 0, brokerUrl: 'mqtts://localhost:1' }
    const remote = await start({ wipe: async () => true }, nobody)
    await remote.drain()
    expect(await readFile(join(work, 'later', 'orders.json'), 'utf8')).toContain('"vault-destroyed"')
    // Well below what a planned stop may wait for an answer.
    const late = new Promise((resolve) => setTimeout(() => resolve('late'), 2_000))
    expect(await Promise.race([remote.stop({ planned: true }), late])).toBeUndefined()
  })

  it('leaves an order with the broker while its keys cannot be read, and takes it once they can', async () => {
    await (await start({})).drain()
    const keys = await readFile(keysFile())
    await writeFile(keysFile(), 'half a fi')
    await send('revoke-session')
    await vi.waitFor(() => expect(broker.clients).toHaveLength(2), WAITS)
    expect([sent('puback'), receipts()]).toEqual([[], []])
    await writeFile(keysFile(), keys)
    await vi.waitFor(() => expect(sent('subscribe')).toHaveLength(2), WAITS)
    await send('collect-diagnostics', 8)
    await vi.waitFor(() => expect(sent('puback')).toMatchObject([{ messageId: 8 }]), WAITS)
  })

  it('signs what it says with the certificate that was renewed, over a connection of its own', async () => {
    const remote = await start({ revoke: async () => {} })
    await remote.drain()
    renew({ ...(await pretendDevice('second', broker.caPem)), signJws: async () => 'renewed.b.c' })
    await vi.waitFor(() => expect(sent('subscribe')).toHaveLength(2), WAITS)
    expect(broker.clients).toEqual(['first', 'second'])
    await send('revoke-session')
    await vi.waitFor(() => expect(receipts()).toEqual(['renewed.b.c']), WAITS)
  })
})
