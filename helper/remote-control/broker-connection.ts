/** The kiosk's connection to its broker: MQTT 5 over mutual TLS. Acknowledges nothing that was not taken, and reads no payload. */
import { connect as connectTls } from 'node:tls'
import mqtt from 'mqtt'
import { JWS_CONTENT_TYPE, STATE_CONTENT_TYPE, topicOf } from '../../contract/remote-orders.ts'
import { type Presence, WILL_DELAY_SECONDS } from '../../contract/reported-state.ts'
import type { DeviceIdentity } from '../attestation/device-identity.ts'
import { backOff } from '../backoff.ts'
import type { Log } from '../log.ts'

const RECONNECT_LIMITS = { firstMs: 1_000, mostMs: 60_000 }
const CONNECT_LIMIT_MS = 10_000
const KEEP_ALIVE_SECONDS = 30
/** The broker sends no larger one, so that nothing has to be read that could not be a receipted order. */
const LARGEST_PACKET_BYTES = 65_536
/** Orders under way to this kiosk at once; they are taken one after the other. */
const RECEIVE_MAXIMUM = 16
const FAREWELL_LIMIT_MS = 1_000
const DAY_SECONDS = 24 * 60 * 60

/** MQTT 5 §3.14.2.1: the last will is published unless this device is back in time. */
const DISCONNECT_WITH_WILL = 0x04

export type BrokerMessage = {
  payload: Buffer
  isRedelivered: boolean
  /** Of its expiry interval; undefined where it has none. */
  leftSeconds: number | undefined
}

export type BrokerConnection = {
  /** Both resolve once the broker has it, over every reconnect; a state that a newer one has replaced may be left out. */
  sendReceipt(jws: string): Promise<void>
  sendReported(state: string): Promise<void>
  /** @param planned another helper goes on at once: nobody needs to hear of it */
  close(how: { planned: boolean }): Promise<void>
}

export type BrokerEvents = {
  /** An order is acknowledged when this resolves. Where it rejects, the connection ends and the order comes again. */
  onOrder(message: BrokerMessage): Promise<void>
  /** Subscribed: whatever the broker kept is on its way. */
  onConnected(): void
  onDisconnected(why: Error | null): void
}

type ConnectionOptions = {
  brokerUrl: string
  sessionExpiryDays: number
  /** As it is now; another one after a renewal. */
  identity: () => Promise<DeviceIdentity>
  random: () => number
  log: Log
}

/** Resolves with the first connection under way, not with its success: it is tried for as long as the helper lives. */
export async function connectToBroker(options: ConnectionOptions, events: BrokerEvents): Promise<BrokerConnection> {
  const { brokerUrl, sessionExpiryDays, random, log } = options
  const { hostname, port } = new URL(brokerUrl)
  let identity = await options.identity()
  const { deviceId } = identity
  const startedAtEpochMs = Date.now()
  let ceilingMs = 0
  let isClosing = false
  let why: Error | null = null

  function nextDelayMs(): number {
    const { ceilingMs: ceiling, delayMs } = backOff(ceilingMs, RECONNECT_LIMITS, random)
    ceilingMs = ceiling
    return Math.ceil(delayMs)
  }

  const presence = (state: Presence) => JSON.stringify(state)
  const client = new mqtt.MqttClient(
    () => {
      const host = hostname.replace(/^\[|\]$/g, '')
      return connectTls({
        host,
        port: Number(port) || 8883,
        ...(/[a-z]/i.test(host) && !host.includes(':') && { servername: host }),
        secureContext: identity.secureContext(),
        rejectUnauthorized: true,
      })
    },
    {
      protocolVersion: 5,
      clientId: deviceId,
      clean: false,
      keepalive: KEEP_ALIVE_SECONDS,
      connectTimeout: CONNECT_LIMIT_MS,
      reconnectPeriod: nextDelayMs(),
      reconnectOnConnackError: true,
      // Each connection subscribes by itself: a broker that lost its sessions would otherwise send nothing any more.
      resubscribe: false,
      properties: {
        sessionExpiryInterval: sessionExpiryDays * DAY_SECONDS,
        receiveMaximum: RECEIVE_MAXIMUM,
        maximumPacketSize: LARGEST_PACKET_BYTES,
      },
      will: {
        topic: topicOf(deviceId, 'presence'),
        payload: Buffer.from(
          presence({ kind: 'offline', deviceId, because: 'connection-lost', sinceEpochMs: startedAtEpochMs }),
        ),
        qos: 1,
        retain: true,
        properties: { willDelayInterval: WILL_DELAY_SECONDS, contentType: STATE_CONTENT_TYPE },
      },
    },
  )

  /** mqtt.js acknowledges (PUBACK) when the callback is called, and reads nothing further before. */
  client.handleMessage = (packet, callback) => {
    const { properties, dup } = packet
    const { stream } = client
    const message = {
      payload: Buffer.from(packet.payload),
      isRedelivered: dup,
      leftSeconds: properties?.messageExpiryInterval,
    }
    events.onOrder(message).then(
      () => {
        // On another connection the same number may be that of another order.
        if (client.stream === stream) callback()
      },
      (error: unknown) => {
        log.warn({ err: error, event: 'orders.not-taken' }, 'an order was not acknowledged: the broker sends it again')
        stream.destroy()
      },
    )
  }

  async function greet(): Promise<void> {
    // Presence first: whoever waits for this kiosk is answered before it works through its orders.
    const online = presence({ kind: 'online', deviceId, sinceEpochMs: Date.now() })
    const greeted = publishState('presence', online)
    // Retained orders are none: `rh: 2` asks for what is queued alone. MQTT 5 §3.8.3.1.
    const [granted] = await client.subscribeAsync(topicOf(deviceId, 'orders'), { qos: 1, rh: 2 })
    if (granted === undefined || granted.qos > 1) throw new Error('the broker refuses the subscription to orders')
    events.onConnected()
    await greeted
  }

  function publishState(kind: 'presence' | 'reported', state: string) {
    const properties = { contentType: STATE_CONTENT_TYPE }
    return client.publishAsync(topicOf(deviceId, kind), state, { qos: 1, retain: true, properties })
  }

  client.on('connect', () => {
    ceilingMs = 0
    client.options.reconnectPeriod = nextDelayMs()
    why = null
    greet().catch((error: unknown) => {
      log.warn({ err: error, event: 'broker.refused' }, 'the broker does not serve this device')
      why = error instanceof Error ? error : new Error(String(error))
      client.stream.destroy()
    })
  })
  client.on('error', (error) => {
    why = error
  })
  // MQTT 5 §3.14: a broker that ends the connection says why.
  client.on('disconnect', ({ reasonCode }) => {
    why = new Error(`the broker ended the connection (reason code ${reasonCode ?? 0})`)
  })
  client.on('close', () => {
    if (isClosing) return
    // The wait until the next try is under way already; this is the one after it.
    client.options.reconnectPeriod = nextDelayMs()
    events.onDisconnected(why)
    // A certificate is renewed by replacing its files, which counts from the next connection on.
    options.identity().then(
      (fresh) => {
        if (fresh.deviceId === deviceId) identity = fresh
      },
      (error: unknown) => log.warn({ err: error }, 'the device’s certificate cannot be read anew'),
    )
  })

  return {
    async sendReceipt(jws) {
      const properties = { contentType: JWS_CONTENT_TYPE }
      await client.publishAsync(topicOf(deviceId, 'receipts'), jws, { qos: 1, properties })
    },
    async sendReported(state) {
      await publishState('reported', state)
    },
    async close({ planned }) {
      isClosing = true
      const limit = new Promise<void>((resolve) => setTimeout(resolve, FAREWELL_LIMIT_MS).unref())
      if (client.connected && !planned) {
        const offline: Presence = { kind: 'offline', deviceId, because: 'helper-stopped', sinceEpochMs: Date.now() }
        await Promise.race([publishState('presence', presence(offline)).catch(() => {}), limit])
      }
      if (client.connected) {
        const farewell = planned ? { reasonCode: DISCONNECT_WITH_WILL } : {}
        await Promise.race([client.endAsync(false, farewell), limit])
      }
      await client.endAsync(true).catch(() => {
        // It has ended already.
      })
    },
  }
}
