/** An operator's connection to the broker. Sends orders that are signed already, and passes on what kiosks say. */
import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import mqtt, { type MqttClient } from 'mqtt'
import { plainText } from '../follow/plain-text.ts'
import type { FleetMessage } from '../follow/read-message.ts'
import { Refusal } from '../refusal.ts'
import { brokerFaultWords } from './broker-words.ts'
import { type Followed, speakAsOperator } from './operator-client.ts'
import type { Operator } from './operator-files.ts'

const CONNECT_LIMIT_MS = 10_000
const RECONNECT_MS = 1_000
/** What a broker gets to acknowledge what is still on its way to it. */
const FAREWELL_LIMIT_MS = 2_000
/** Receipts that come while the connection is gone for a moment. */
const SESSION_EXPIRY_SECONDS = 600

type SendResult = { kind: 'sent'; isAnybodyThere: boolean } | { kind: 'not-sent'; why: string }

export type BrokerSession = {
  /** @throws Refusal where the broker refuses, is gone, or does not answer in time; the signal's reason where it is aborted */
  follow(what: readonly Followed[], signal: AbortSignal): Promise<void>
  send(deviceId: string, jws: string): Promise<SendResult>
  /** Never throws, and is over in two seconds whatever the broker does. */
  close(): Promise<void>
}

type Listeners = {
  onMessage(message: FleetMessage, isRetained: boolean): void
  onConnection?(isConnected: boolean): void
}

/** In parts: of an address the library makes parts by a call that Node warns of. */
function addressOf(brokerUrl: string): mqtt.IClientOptions {
  const { protocol, hostname, port, pathname, search } = new URL(brokerUrl)
  const host = hostname.replace(/^\[|\]$/g, '')
  if (protocol === 'wss:') return { protocol: 'wss', host, port: Number(port) || 443, path: pathname + search }
  return { protocol: 'mqtts', host, port: Number(port) || 8883 }
}

/** @throws what it throws, the signal's reason, or Error where it takes too long */
async function within<Result>(work: Promise<Result>, limitMs: number, signal: AbortSignal): Promise<Result> {
  const ended = new AbortController()
  const limit = wait(limitMs, undefined, { signal: AbortSignal.any([signal, ended.signal]) }).then(
    () => Promise.reject(new Error('it does not answer in time')),
    () => Promise.reject(signal.reason),
  )
  try {
    return await Promise.race([work, limit])
  } finally {
    ended.abort()
  }
}

async function connect(url: string, options: mqtt.IClientOptions): Promise<MqttClient> {
  const client = mqtt.connect({ ...addressOf(url), ...options, manualConnect: true, reconnectPeriod: 0 })
  client.on('error', () => {
    // Once it was connected it tries again by itself; the listener sees that it is gone.
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const limit = setTimeout(() => reject(new Error('it does not answer in time')), CONNECT_LIMIT_MS)
  const closed = () => reject(new Error('it closed the connection'))
  client
    .once('connect', () => resolve())
    .once('error', reject)
    .once('close', closed)
  client.connect()
  try {
    await promise
    // Not before: what cannot be reached at first is told, and not tried again.
    client.options.reconnectPeriod = RECONNECT_MS
    return client
  } catch (error) {
    client.end(true)
    client.stream?.destroy()
    throw new Refusal(`${plainText(url)} cannot be reached: ${brokerFaultWords(error)}`)
  } finally {
    clearTimeout(limit)
    client.off('error', reject).off('close', closed)
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
    properties: { sessionExpiryInterval: SESSION_EXPIRY_SECONDS },
    cert: tls.cert,
    key: tls.key,
    ...(tls.ca !== undefined && { ca: tls.ca }),
  })
  // Of every reconnection from now on: its receipts are waiting there.
  client.options.clean = false
  const speaking = speakAsOperator(client, onMessage)
  client.on('connect', () => onConnection?.(true))
  client.on('close', () => onConnection?.(false))

  async function sayFarewell(): Promise<void> {
    // The session would otherwise wait for its receipts.
    const farewell = client.endAsync(!client.connected, { properties: { sessionExpiryInterval: 0 } })
    const ended = new AbortController()
    await Promise.race([farewell, wait(FAREWELL_LIMIT_MS, undefined, { signal: ended.signal })]).catch(() => {
      // Of a connection that is gone: there is nobody to take leave of.
    })
    ended.abort()
  }

  return {
    async follow(what, signal) {
      try {
        await within(speaking.follow(what), CONNECT_LIMIT_MS, signal)
      } catch (error) {
        signal.throwIfAborted()
        const why = client.connected ? `lets you follow nothing: ${brokerFaultWords(error)}` : 'closed the connection'
        throw new Refusal(`the broker ${why}`)
      }
    },
    async send(deviceId, jws) {
      return speaking
        .send(deviceId, jws)
        .catch((error: unknown) => ({ kind: 'not-sent', why: brokerFaultWords(error) }))
    },
    async close() {
      await sayFarewell()
      // Where something is unacknowledged the library waits for it without an end, and ignores a second call.
      client.stream?.destroy()
    },
  }
}
