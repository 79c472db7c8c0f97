/** Kiosks that exist at the broker only: real certificates, real receipts, no helper. For tests of the operator's side. */
import { createHash } from 'node:crypto'
import { CompactSign, compactVerify, importPKCS8, type JWK } from 'jose'
import mqtt from 'mqtt'
import {
  type OrderOutcome,
  type OrderPayload,
  orderPayloadSchema,
  RECEIPT_TYPE,
  type ReceiptPayload,
  topicOf,
} from '../../contract/remote-orders.ts'
import type { Presence, ReportedState } from '../../contract/reported-state.ts'
import { issueCertificate } from '../../fleet/pki/device-certificates.ts'
import type { Broker } from './start-broker.ts'

const SESSION_EXPIRY_SECONDS = 3600
const DAY_MS = 86_400_000

export type PretendedKiosk = {
  deviceId: string
  /** Orders that it has taken, as it read them. */
  orders: readonly OrderPayload[]
  /** Obeys this key from now on, and no other. */
  pin(key: JWK): void
  report(changes: Partial<ReportedState>): Promise<void>
  /** Publishes anything on one of its own topics. */
  say(kind: 'receipts' | 'reported' | 'presence', message: string): Promise<void>
  /** A receipt as its own key signs it. */
  signReceipt(receipt: object): Promise<string>
  disconnect(): Promise<void>
  connect(): Promise<void>
}

type Options = {
  broker: Broker
  pkiFolder: string
  deviceId: string
  /** Who may order. */
  orderKey: JWK
  /** How it answers; null for a kiosk that never does. */
  answer?: (order: OrderPayload) => OrderOutcome | null
  state?: Partial<ReportedState>
}

function pretendReported(deviceId: string, changes: Partial<ReportedState> = {}): ReportedState {
  const now = Date.now()
  return {
    version: 1,
    deviceId,
    atEpochMs: now,
    clockSkewMs: 0,
    kioskName: 'Main lobby',
    place: 'Building 4',
    tenant: { provider: 'oidc', issuer: 'https://login.example.com', clientId: 'kiosk', tenantId: 'contoso' },
    helper: { version: '0.1.0', startedAtEpochMs: now - DAY_MS },
    bundleVersion: 7,
    bundleRefused: false,
    isActivated: true,
    session: { kind: 'attract', sinceEpochMs: now - 240_000, generation: null, endedBecause: null, code: null },
    token: null,
    lastTokenIssueEpochMs: now - 600_000,
    certificate: { fingerprint: 'ab'.repeat(32), validUntilEpochMs: now + 200 * DAY_MS },
    painted: { sequence: 4, kind: 'attract', generation: null, atEpochMs: now - 240_000 },
    lastFault: null,
    auditHead: null,
    ...changes,
  }
}

export async function startPretendedKiosk({
  broker,
  pkiFolder,
  deviceId,
  orderKey,
  answer = () => ({ kind: 'done', did: ['session-ended', 'revocation-asked'] }),
  state = {},
}: Options): Promise<PretendedKiosk> {
  const { certificatePem, keyPem } = await issueCertificate({ folder: pkiFolder, deviceId, now: new Date(), days: 30 })
  if (keyPem === null) throw new Error('the device has a key of its own')
  const signingKey = await importPKCS8(keyPem, 'ES256')
  const chain = [certificatePem.replace(/-----.*?-----|\s/g, '')]
  const orders: OrderPayload[] = []
  let reported = pretendReported(deviceId, state)
  let pinned = orderKey
  const since = Date.now()
  const presence = (kind: 'online' | 'offline') =>
    JSON.stringify(
      kind === 'online'
        ? ({ kind, deviceId, sinceEpochMs: since } satisfies Presence)
        : ({ kind, deviceId, because: 'connection-lost', sinceEpochMs: since } satisfies Presence),
    )
  let client: mqtt.MqttClient

  const signReceipt = (receipt: object) =>
    new CompactSign(Buffer.from(JSON.stringify(receipt)))
      .setProtectedHeader({ typ: RECEIPT_TYPE, alg: 'ES256', x5c: chain })
      .sign(signingKey)

  async function say(kind: 'receipts' | 'reported' | 'presence', message: string): Promise<void> {
    await client.publishAsync(topicOf(deviceId, kind), message, { qos: 1, retain: kind !== 'receipts' })
  }

  /** @returns null for what no pinned key has signed */
  async function readOrder(message: Buffer): Promise<OrderPayload | null> {
    try {
      const { payload } = await compactVerify(message, pinned, { algorithms: [pinned.alg ?? ''] })
      return orderPayloadSchema.parse(JSON.parse(Buffer.from(payload).toString()))
    } catch {
      // Refused and receipted, as a kiosk does.
      return null
    }
  }

  async function obey(message: Buffer): Promise<void> {
    const order = await readOrder(message)
    if (order) orders.push(order)
    const outcome: OrderOutcome | null = order ? answer(order) : { kind: 'refused', reason: 'unknown-key' }
    if (outcome === null) return
    const receipt: ReceiptPayload = {
      deviceId,
      orderHash: createHash('sha256').update(message).digest('base64url'),
      orderId: order?.jti ?? null,
      order: order?.order ?? null,
      outcome,
      metIn: reported.session.kind,
      receivedAtEpochMs: Date.now(),
      finishedAtEpochMs: Date.now(),
      clock: 'provider',
    }
    await say('receipts', await signReceipt(receipt))
  }

  async function connect(): Promise<void> {
    client = await mqtt.connectAsync(broker.url, {
      protocolVersion: 5,
      clientId: deviceId,
      clean: false,
      properties: { sessionExpiryInterval: SESSION_EXPIRY_SECONDS },
      ca: broker.caPem,
      cert: certificatePem,
      key: keyPem ?? '',
      will: { topic: topicOf(deviceId, 'presence'), payload: Buffer.from(presence('offline')), qos: 1, retain: true },
    })
    client.on('message', (_topic, message) => void obey(message))
    await client.subscribeAsync(topicOf(deviceId, 'orders'), { qos: 1 })
    await say('presence', presence('online'))
    await say('reported', JSON.stringify(reported))
  }

  await connect()
  return {
    deviceId,
    orders,
    pin(key) {
      pinned = key
    },
    async report(changes) {
      reported = { ...reported, ...changes }
      await say('reported', JSON.stringify(reported))
    },
    say,
    signReceipt,
    async disconnect() {
      await say('presence', presence('offline'))
      await client.endAsync(true)
    },
    connect,
  }
}
