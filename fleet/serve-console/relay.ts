/** Carries MQTT between a page's WebSocket and the broker, under the operator's certificate. Reads and changes none of it. */
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { connect, type TLSSocket } from 'node:tls'
import { createWebSocketStream, WebSocket } from 'ws'
import { brokerFaultWords } from '../orders/broker-words.ts'
import type { Operator } from '../orders/operator-files.ts'

const CONNECT_LIMIT_MS = 10_000
/** The broker takes less; a page that sends more is none of ours. */
export const MESSAGE_LIMIT_BYTES = 1024 * 1024
const DEFAULT_PORT = 8883

/** The page sees only that its connection has ended: whoever started fleetctl is told why. */
export type RelayListener = {
  onBroker(isReached: true): void
  onBroker(isReached: false, why: string): void
}

function openTls({ brokerUrl, tls }: Pick<Operator, 'brokerUrl' | 'tls'>): TLSSocket {
  const { hostname, port } = new URL(brokerUrl)
  const host = hostname.replace(/^\[|\]$/g, '')
  // RFC 6066 §3: an IP address is no server name.
  const isAddress = /^[\d.]+$|:/.test(host)
  const socket = connect({ host, port: Number(port) || DEFAULT_PORT, ...tls, ...(!isAddress && { servername: host }) })
  socket.setTimeout(CONNECT_LIMIT_MS, () => socket.destroy(new Error('it does not answer in time')))
  socket.once('secureConnect', () => socket.setTimeout(0))
  return socket
}

function openBroker(operator: Pick<Operator, 'brokerUrl' | 'tls'>): Duplex {
  const { brokerUrl, tls } = operator
  if (!brokerUrl.startsWith('wss:')) return openTls(operator)
  return createWebSocketStream(new WebSocket(brokerUrl, 'mqtt', { ...tls, handshakeTimeout: CONNECT_LIMIT_MS }))
}

/** Resolves when either end is gone, and never rejects. */
export async function relay(
  page: WebSocket,
  operator: Pick<Operator, 'brokerUrl' | 'tls'>,
  { onBroker }: RelayListener,
): Promise<void> {
  const stream = createWebSocketStream(page)
  let broker: Duplex | null = null
  try {
    broker = openBroker(operator)
    // Mosquitto's first answer: in TLS 1.3 a certificate is refused only after the handshake.
    broker.once('data', () => onBroker(true))
    broker.once('error', (error) => onBroker(false, brokerFaultWords(error)))
    await Promise.all([pipeline(stream, broker), pipeline(broker, stream)])
  } catch (error) {
    // Whichever end it was: the page tries again. A broker that was never opened has told nobody.
    if (!broker) onBroker(false, brokerFaultWords(error))
  } finally {
    broker?.destroy()
    stream.destroy()
  }
}
