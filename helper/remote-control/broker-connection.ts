/** The kiosk's connection to its broker: MQTT 5 over mutual TLS. Acknowledges nothing that was not taken, and reads no payload. */
import { setTimeout as wait } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import mqtt from 'mqtt'
import { JWS_CONTENT_TYPE, STATE_CONTENT_TYPE, topicOf } from '../../contract/remote-orders.ts'
import { type Presence, WILL_DELAY_SECONDS } from '../../contract/reported-state.ts'
import type { DeviceIdentity } from '../attestation/device-identity.ts'
import type { Log } from '../log.ts'
import { paceReconnects } from './reconnect-pace.ts'

const CONNECT_LIMIT_MS = 10_000
const KEEP_ALIVE_SECONDS = 30
/** The broker sends no larger one, so that nothing has to be read that could not be a receipted order. */
const LARGEST_PACKET_BYTES = 65_536
/** Orders under way to this kiosk at once; they are taken one after the other. */
const RECEIVE_MAXIMUM = 16
/** For its last words, and then for the end itself. */
const FAREWELL_LIMITS_MS = { presence: 700, end: 300 }
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
  /** Whether a receipt that is handed over now leaves at once. */
  isConnected(): boolean
  /** Both resolve once the broker has it, over every reconnect; a state that a newer one has replaced may be left out. */
  sendReceipt(jws: string): Promise<void>
  sendReported(state: string): Promise<void>
  /** The device has another certificate: a connection that stands is made anew with it. */
  renew(): void
  /** @param planned another helper goes on at once: nobody needs to hear of it */
  close(how: { planned: boolean }): Promise<void>
}

export type BrokerEvents = {
  /**
   * An order is acknowledged when this resolves with `taken`. One that is `left` comes to the next connection, and this one stays.
   * Where it rejects, the connection ends and the order comes again.
   */
  onOrder(message: BrokerMessage): Promise<'taken' | 'left'>
  /** Subscribed: whatever the broker kept is on its way. */
  onConnected(): void
  onDisconnected(why: Error | null): void
}

type ConnectionOptions = {
  brokerUrl: string
  sessionExpiryDays: number
  /** As it is now, of this same device; another one after a renewal. */
  identity: () => DeviceIdentity
  random: () => number
  log: Log
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)))

/** Returns with the first connection under way: it is tried for as long as the helper lives. */
export function connectToBroker(options: ConnectionOptions, events: BrokerEvents): BrokerConnection {
  const { brokerUrl, sessionExpiryDays, identity, random, log } = options
  const { hostname, port } = new URL(brokerUrl)
  const { deviceId } = identity()
  const startedAtEpochMs = Date.now()
  const pace = paceReconnects(random)
  let isClosing = false
  let why: Error | null = null

  const presence = (state: Presence) => JSON.stringify(state)
  const client = new mqtt.MqttClient(
    () => {
      const host = hostname.replace(/^\[|\]$/g, '')
      return connectTls({
        host,
        port: Number(port) || 8883,
        ...(/[a-z]/i.test(host) && !host.includes(':') && { servername: host }),
        secureContext: identity().secureContext(),
        rejectUnauthorized: true,
      })
    },
    {
      protocolVersion: 5,
      clientId: deviceId,
      clean: false,
      keepalive: KEEP_ALIVE_SECONDS,
      connectTimeout: CONNECT_LIMIT_MS,
      reconnectPeriod: pace.nextDelayMs(),
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
    events
      .onOrder(message)
      .then((end) => {
        // On another connection the same number may be that of another order; without one mqtt.js keeps it for the next.
        if (client.stream !== stream || !client.connected || stream.destroyed) return
        // mqtt.js acknowledges nothing for an error, and reads on: receipts are still answered.
        callback(end === 'left' ? new Error('the order is left to the next helper') : undefined)
      })
      .catch((error: unknown) => {
        log.warn({ err: error, event: 'orders.not-taken' }, 'an order was not acknowledged: the broker sends it again')
        why = asError(error)
        stream.destroy()
      })
  }

  async function greet(): Promise<void> {
    // Presence first: whoever waits for this kiosk is answered before it works through its orders.
    const online = presence({ kind: 'online', deviceId, sinceEpochMs: Date.now() })
    publishState('presence', online).catch((error: unknown) => {
      if (isClosing) return
      log.warn({ err: error, event: 'broker.refused' }, 'the broker takes no presence of this device; its orders come')
    })
    // Retained orders are none: `rh: 2` asks for what is queued alone. MQTT 5 §3.8.3.1.
    const [granted] = await client.subscribeAsync(topicOf(deviceId, 'orders'), { qos: 1, rh: 2 })
    // With less the broker keeps nothing for a kiosk that is off, and hears of nothing that was not taken.
    if (granted?.qos !== 1) throw new Error('the broker refuses the subscription to orders')
    events.onConnected()
  }

  function publishState(kind: 'presence' | 'reported', state: string) {
    const properties = { contentType: STATE_CONTENT_TYPE }
    return client.publishAsync(topicOf(deviceId, kind), state, { qos: 1, retain: true, properties })
  }

  client.on('connect', () => {
    pace.connected(() => {
      client.options.reconnectPeriod = pace.nextDelayMs()
    })
    why = null
    const { stream } = client
    greet().catch((error: unknown) => {
      // Lost meanwhile: that is no refusal.
      if (stream.destroyed) return
      log.warn({ err: error, event: 'broker.refused' }, 'the broker does not serve this device')
      why = asError(error)
      stream.destroy()
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
    pace.lost()
    if (isClosing) return
    // The wait until the next try is under way already; this is the one after it.
    client.options.reconnectPeriod = pace.nextDelayMs()
    events.onDisconnected(why)
  })

  /** What is not delivered is in the journal. mqtt.js would wait for it, and end without a word to the broker. */
  function dropUndelivered(): void {
    for (const id of Object.keys(client.outgoing)) client.removeOutgoingMessage(Number(id))
  }

  return {
    isConnected: () => client.connected,
    async sendReceipt(jws) {
      const properties = { contentType: JWS_CONTENT_TYPE }
      await client.publishAsync(topicOf(deviceId, 'receipts'), jws, { qos: 1, properties })
    },
    async sendReported(state) {
      await publishState('reported', state)
    },
    renew() {
      if (!client.connected || isClosing) return
      why = new Error('the device has a new certificate')
      client.stream.destroy()
    },
    async close({ planned }) {
      isClosing = true
      if (client.connected && !planned) {
        const offline: Presence = { kind: 'offline', deviceId, because: 'helper-stopped', sinceEpochMs: Date.now() }
        const said = publishState('presence', presence(offline)).catch(() => {
          // The last will says the same a little later.
        })
        await Promise.race([said, wait(FAREWELL_LIMITS_MS.presence, undefined, { ref: false })])
      }
      if (client.connected) {
        dropUndelivered()
        const ended = client.endAsync(false, planned ? { reasonCode: DISCONNECT_WITH_WILL } : {})
        await Promise.race([ended, wait(FAREWELL_LIMITS_MS.end, undefined, { ref: false })])
      } else await client.endAsync(true)
      client.stream.destroy()
    },
  }
}
