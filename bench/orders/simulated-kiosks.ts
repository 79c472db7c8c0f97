/**
 * Many kiosks in one process of their own: each with its certificate, its connection, and a receipt for each order. Nobody
 * signs in there, and no order is judged or kept: what they measure is the broker and the way to it.
 */
import { createHash } from 'node:crypto'
import { CompactSign, compactVerify, importJWK, importPKCS8, type JWK } from 'jose'
import mqtt from 'mqtt'
import { orderPayloadSchema, RECEIPT_TYPE, type ReceiptPayload, topicOf } from '../../contract/remote-orders.ts'

export type SimulatedFleet = {
  url: string
  caPem: string
  publicKey: JWK & { alg: string }
  devices: readonly { deviceId: string; cert: string; key: string }[]
}

/** TLS handshakes under way at once: a fleet does not come up in one moment either. */
const CONNECTING_AT_ONCE = 20

async function openKiosk(fleet: SimulatedFleet, index: number): Promise<void> {
  const { deviceId, cert, key } = fleet.devices[index] ?? { deviceId: '', cert: '', key: '' }
  const { alg } = fleet.publicKey
  const orderKey = await importJWK(fleet.publicKey, alg)
  const deviceKey = await importPKCS8(key, 'ES256')
  const x5c = [cert.replace(/-----[^-]+-----|\s/g, '')]
  const client = await mqtt.connectAsync(fleet.url, {
    protocolVersion: 5,
    clientId: deviceId,
    ca: fleet.caPem,
    cert,
    key,
    clean: false,
    keepalive: 30,
    properties: { sessionExpiryInterval: 86_400 },
  })

  async function answer(message: Buffer): Promise<void> {
    const { payload } = await compactVerify(message.toString('latin1'), orderKey, { algorithms: [alg] })
    const order = orderPayloadSchema.parse(JSON.parse(Buffer.from(payload).toString()))
    const receipt: ReceiptPayload = {
      deviceId,
      orderHash: createHash('sha256').update(message).digest('base64url'),
      orderId: order.jti,
      order: order.order,
      outcome: { kind: 'done', did: ['nothing-to-end'] },
      metIn: 'attract',
      receivedAtEpochMs: Date.now(),
      finishedAtEpochMs: Date.now(),
      clock: 'own',
    }
    const jws = await new CompactSign(Buffer.from(JSON.stringify(receipt)))
      .setProtectedHeader({ typ: RECEIPT_TYPE, alg: 'ES256', x5c })
      .sign(deviceKey)
    void client.publishAsync(topicOf(deviceId, 'receipts'), jws, { qos: 1 })
  }

  client.handleMessage = (packet, callback) => {
    answer(Buffer.from(packet.payload)).then(() => callback(), callback)
  }
  await client.subscribeAsync(topicOf(deviceId, 'orders'), { qos: 1 })
}

process.once('message', async (fleet: SimulatedFleet) => {
  let next = 0
  const lane = async () => {
    while (next < fleet.devices.length) {
      next += 1
      await openKiosk(fleet, next - 1)
    }
  }
  await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, lane))
  process.send?.('ready')
})
process.once('disconnect', () => process.exit())
