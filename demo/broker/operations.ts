/** Operations for tests and the demo: signs orders, sends them through the broker, and checks receipts by the fleet's authority. */
import { createHash, type KeyObject, randomBytes, X509Certificate } from 'node:crypto'
import { CompactSign, compactVerify, decodeProtectedHeader, importJWK, type JWK } from 'jose'
import mqtt, { type MqttClient } from 'mqtt'
import {
  ORDER_MESSAGE_EXPIRY_SECONDS,
  ORDER_TYPE,
  type OrderName,
  type OrderPayload,
  RECEIPT_SIZE_LIMIT_BYTES,
  RECEIPT_TYPE,
  type ReceiptPayload,
  readTopic,
  receiptHeaderSchema,
  receiptPayloadSchema,
  topicFilterOf,
  topicOf,
} from '../../contract/remote-orders.ts'
import {
  PRESENCE_SIZE_LIMIT_BYTES,
  type Presence,
  presenceSchema,
  REPORTED_SIZE_LIMIT_BYTES,
  type ReportedState,
  reportedStateSchema,
} from '../../contract/reported-state.ts'
import type { Broker } from './start-broker.ts'

/** As `fleetctl pki key` writes it. */
export type OrderKey = JWK & { kid: string; alg: string }

type SeenReceipt = { receipt: ReceiptPayload; seenAtMs: number }

export type Operations = {
  client: MqttClient
  receipts: readonly SeenReceipt[]
  reported: ReadonlyMap<string, ReportedState>
  presence: ReadonlyMap<string, Presence>
  onReceipt(listener: (seen: SeenReceipt) => void): void
  /** @returns what was sent */
  order(
    deviceId: string,
    order: OrderName,
    changes?: Partial<OrderPayload>,
  ): Promise<{ jws: string; payload: OrderPayload }>
  send(deviceId: string, message: string | Buffer): Promise<void>
  /** The first receipt of what was sent that the test accepts, come or to come. */
  receiptOf(message: string | Buffer, limitMs?: number): Promise<ReceiptPayload>
  close(): Promise<void>
}

export function newOrder(deviceId: string, order: OrderName, changes: Partial<OrderPayload> = {}): OrderPayload {
  const iat = Math.floor(Date.now() / 1000)
  return { aud: deviceId, jti: randomBytes(16).toString('base64url'), iat, exp: iat + 3600, order, ...changes }
}

const SIZE_LIMITS = {
  receipts: RECEIPT_SIZE_LIMIT_BYTES,
  reported: REPORTED_SIZE_LIMIT_BYTES,
  presence: PRESENCE_SIZE_LIMIT_BYTES,
} as const

const imported = new WeakMap<OrderKey, ReturnType<typeof importJWK>>()

function importOnce(key: OrderKey): ReturnType<typeof importJWK> {
  const found = imported.get(key) ?? importJWK(key, key.alg)
  imported.set(key, found)
  return found
}

export async function signOrder(payload: object, key: OrderKey, type: string = ORDER_TYPE): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({ typ: type, alg: key.alg, kid: key.kid })
    .sign(await importOnce(key))
}

const hashOf = (message: string | Buffer) => createHash('sha256').update(message).digest('base64url')

type ReadReceipt = (jws: string, deviceId: string) => Promise<ReceiptPayload>

/** @returns what throws where it is no receipt of a device that the authority has certified */
function receiptReader(fleetCaPem: string): ReadReceipt {
  const authority = new X509Certificate(fleetCaPem)
  /** Each certificate is judged once. */
  const known = new Map<string, { subject: string; key: KeyObject }>()

  function judge(encoded: string): { subject: string; key: KeyObject } {
    const leaf = new X509Certificate(Buffer.from(encoded, 'base64'))
    if (!leaf.verify(authority.publicKey)) throw new Error('the receipt’s certificate is foreign')
    const judged = { subject: leaf.subject, key: leaf.publicKey }
    known.set(encoded, judged)
    return judged
  }

  return async (jws, deviceId) => {
    const { typ, alg, x5c } = receiptHeaderSchema.parse(decodeProtectedHeader(jws))
    const [encoded = ''] = x5c
    const { subject, key } = known.get(encoded) ?? judge(encoded)
    if (subject !== `CN=${deviceId}` || typ !== RECEIPT_TYPE) throw new Error('the receipt is another device’s')
    const { payload } = await compactVerify(jws, key, { algorithms: [alg] })
    const receipt = receiptPayloadSchema.parse(JSON.parse(Buffer.from(payload).toString()))
    if (receipt.deviceId !== deviceId) throw new Error('the receipt speaks of another device')
    return receipt
  }
}

export async function openOperations(broker: Broker, key: OrderKey, fleetCaPem: string): Promise<Operations> {
  const client = await mqtt.connectAsync(broker.operatorsUrl, {
    protocolVersion: 5,
    clientId: `operations-${randomBytes(4).toString('hex')}`,
    ca: broker.caPem,
    ...broker.operator,
    reconnectPeriod: 200,
    properties: { sessionExpiryInterval: 3600 },
    clean: false,
  })
  const readReceipt = receiptReader(fleetCaPem)
  const receipts: SeenReceipt[] = []
  const reported = new Map<string, ReportedState>()
  const presence = new Map<string, Presence>()
  const listeners = new Set<(seen: SeenReceipt) => void>()
  const broken: unknown[] = []

  async function note(topic: string, message: Buffer): Promise<void> {
    const { deviceId, kind } = readTopic(topic) ?? {}
    if (deviceId === undefined) return
    if (kind && kind !== 'orders' && message.length > SIZE_LIMITS[kind]) throw new Error(`${topic}: too large`)
    const text = message.toString()
    if (kind === 'reported') reported.set(deviceId, reportedStateSchema.parse(JSON.parse(text)))
    if (kind === 'presence') presence.set(deviceId, presenceSchema.parse(JSON.parse(text)))
    if (kind !== 'receipts') return
    const seenAtMs = performance.now()
    const seen = { receipt: await readReceipt(text, deviceId), seenAtMs }
    receipts.push(seen)
    for (const listener of [...listeners]) listener(seen)
  }
  client.on('message', (topic, message) => void note(topic, message).catch((error) => broken.push(error)))
  client.on('error', () => {
    // A broker that is stopped in a test comes back.
  })
  await client.subscribeAsync([topicFilterOf('receipts'), topicFilterOf('reported'), topicFilterOf('presence')], {
    qos: 1,
  })

  async function send(deviceId: string, message: string | Buffer): Promise<void> {
    const properties = { messageExpiryInterval: ORDER_MESSAGE_EXPIRY_SECONDS }
    await client.publishAsync(topicOf(deviceId, 'orders'), message, { qos: 1, properties })
  }

  return {
    client,
    receipts,
    reported,
    presence,
    onReceipt: (listener) => void listeners.add(listener),
    send,
    async order(deviceId, order, changes) {
      const payload = newOrder(deviceId, order, changes)
      const jws = await signOrder(payload, key)
      await send(deviceId, jws)
      return { jws, payload }
    },
    async receiptOf(message, limitMs = 20_000) {
      const orderHash = hashOf(message)
      const known = receipts.find(({ receipt }) => receipt.orderHash === orderHash)
      if (known) return known.receipt
      const { promise, resolve, reject } = Promise.withResolvers<ReceiptPayload>()
      const limit = setTimeout(() => {
        reject(new Error(`no receipt within ${limitMs} ms; ${broken.join('; ')}`))
      }, limitMs)
      const listener = ({ receipt }: SeenReceipt) => {
        if (receipt.orderHash === orderHash) resolve(receipt)
      }
      listeners.add(listener)
      try {
        return await promise
      } finally {
        clearTimeout(limit)
        listeners.delete(listener)
      }
    },
    close: () => client.endAsync(true),
  }
}
