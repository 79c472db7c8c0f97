/** An operator's connection to the broker. Sends orders that are signed already, and passes on what kiosks say. */
import { randomBytes } from 'node:crypto'
import mqtt, { type MqttClient } from 'mqtt'
import {
  JWS_CONTENT_TYPE,
  ORDER_MESSAGE_EXPIRY_SECONDS,
  topicFilterOf,
  topicOf,
} from '../../contract/remote-orders.ts'
import { type FleetMessage, readMessage } from '../follow/read-message.ts'
import { plainText } from '../follow/plain-text.ts'
import { Refusal } from '../refusal.ts'
import type { Operator } from './operator-files.ts'

const CONNECT_LIMIT_MS = 10_000
const RECONNECT_MS = 1_000
/** Receipts that come while the connection is gone for a moment. */
const SESSION_EXPIRY_SECONDS = 600
/** MQTT 5 §3.4.2.1. */
const NO_MATCHING_SUBSCRIBERS = 0x10

export type SendResult = { kind: 'sent'; isAnybodyThere: boolean } | { kind: 'not-sent'; why: string }

export type BrokerSession = {
  follow(what: readonly ('receipts' | 'reported' | 'presence')[]): Promise<void>
  send(deviceId: string, jws: string): Promise<SendResult>
  close(): Promise<void>
}

type Listeners = {
  onMessage(message: FleetMessage): void
  onConnection?(isConnected: boolean): void
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of an authority that brokerCaFile does not name',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an authority that brokerCaFile does not name',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of an authority that brokerCaFile does not name',
  CERT_HAS_EXPIRED: 'its certificate is over',
  'ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_REVOKED': 'it calls your certificate revoked',
}

function wordsOf(error: unknown): string {
  const { code, message } = error as { code?: string | number; message?: string }
  const text = plainText(message ?? String(error))
  if (/alert number (42|46|48|49|116)/.test(text)) return 'it does not accept your certificate'
  return REASONS[String(code)] ?? text
}

async function connect(url: string, options: mqtt.IClientOptions): Promise<MqttClient> {
  const client = mqtt.connect(url, { ...options, manualConnect: true })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const limit = setTimeout(() => reject(new Error('it does not answer in time')), CONNECT_LIMIT_MS)
  client.once('connect', () => resolve())
  client.once('error', reject)
  client.once('close', () => reject(new Error('it closed the connection')))
  client.connect()
  try {
    await promise
    return client
  } catch (error) {
    client.on('error', () => {
      // Whatever else it has to say: it is given up.
    })
    client.end(true)
    throw new Refusal(`${plainText(url)} cannot be reached: ${wordsOf(error)}`)
  } finally {
    clearTimeout(limit)
    client.removeAllListeners('error').removeAllListeners('close')
  }
}

/** @throws Refusal where the broker cannot be reached, or does not let this operator in */
export async function openBrokerSession(
  { brokerUrl, tls }: Pick<Operator, 'brokerUrl' | 'tls'>,
  { onMessage, onConnection }: Listeners,
): Promise<BrokerSession> {
  const client = await connect(brokerUrl, {
    protocolVersion: 5,
    clientId: `fleetctl-${randomBytes(8).toString('hex')}`,
    clean: true,
    connectTimeout: CONNECT_LIMIT_MS,
    reconnectPeriod: RECONNECT_MS,
    properties: { sessionExpiryInterval: SESSION_EXPIRY_SECONDS },
    cert: tls.cert,
    key: tls.key,
    ...(tls.ca !== undefined && { ca: tls.ca }),
  })
  // Of every reconnection from now on: its receipts are waiting there.
  client.options.clean = false
  // The broker tells a kiosk without a subscription by the acknowledgement's reason, which the library passes on nowhere else.
  const unheard = new Set<number>()
  client.on('packetreceive', (packet) => {
    if (packet.cmd === 'puback' && packet.reasonCode === NO_MATCHING_SUBSCRIBERS && packet.messageId !== undefined) {
      unheard.add(packet.messageId)
    }
  })
  client.on('message', (topic, bytes) => {
    const message = readMessage(topic, bytes)
    if (message) onMessage(message)
  })
  client.on('connect', () => onConnection?.(true))
  client.on('close', () => onConnection?.(false))
  client.on('error', () => {
    // It tries again by itself; the listener sees that it is gone.
  })

  return {
    async follow(what) {
      // A broker keeps few messages at QoS 1 for one client and drops the rest: a fleet's states would not all come.
      const subscriptions = what.map((kind) => [topicFilterOf(kind), { qos: kind === 'receipts' ? 1 : 0 }] as const)
      const granted = await client.subscribeAsync(Object.fromEntries(subscriptions)).catch((error: unknown) => {
        throw new Refusal(`the broker lets you follow nothing: ${wordsOf(error)}`)
      })
      if (granted.some(({ qos }) => qos >= 0x80)) throw new Refusal('the broker does not let you follow its kiosks')
    },
    async send(deviceId, jws) {
      const properties = { messageExpiryInterval: ORDER_MESSAGE_EXPIRY_SECONDS, contentType: JWS_CONTENT_TYPE }
      try {
        const packet = await client.publishAsync(topicOf(deviceId, 'orders'), jws, { qos: 1, properties })
        return { kind: 'sent', isAnybodyThere: !unheard.delete(packet?.messageId ?? -1) }
      } catch (error) {
        return { kind: 'not-sent', why: wordsOf(error) }
      }
    },
    async close() {
      // The session would otherwise wait for its receipts.
      await client.endAsync(false, { properties: { sessionExpiryInterval: 0 } }).catch(() => client.endAsync(true))
    },
  }
}
