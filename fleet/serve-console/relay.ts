/** Carries MQTT between a page's WebSocket and the broker, under the operator's certificate. Reads and changes none of it. */
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { connect, type TLSSocket } from 'node:tls'
import { createWebSocketStream, WebSocket } from 'ws'
import type { Operator } from '../orders/operator-files.ts'

const CONNECT_LIMIT_MS = 10_000
/** The broker takes less; a page that sends more is none of ours. */
export const MESSAGE_LIMIT_BYTES = 1024 * 1024
const DEFAULT_PORT = 8883

/** RFC 6455 §7.4.1 leaves 4000 to 4999 to us; the page tells the operator. */
const CLOSED_BY_BROKER = 4000

function openTls({ brokerUrl, tls }: Pick<Operator, 'brokerUrl' | 'tls'>): TLSSocket {
  const { hostname, port } = new URL(brokerUrl)
  const host = hostname.replace(/^\[|\]$/g, '')
  // RFC 6066 §3: an IP address is no server name.
  const isAddress = /^[\d.]+$|:/.test(host)
  const socket = connect({ host, port: Number(port) || DEFAULT_PORT, ...tls, ...(!isAddress && { servername: host }) })
  socket.setTimeout(CONNECT_LIMIT_MS, () => socket.destroy(new Error('the broker does not answer in time')))
  socket.once('secureConnect', () => socket.setTimeout(0))
  return socket
}

function openBroker(operator: Pick<Operator, 'brokerUrl' | 'tls'>): Duplex {
  const { brokerUrl, tls } = operator
  if (!brokerUrl.startsWith('wss:')) return openTls(operator)
  return createWebSocketStream(new WebSocket(brokerUrl, 'mqtt', { ...tls, handshakeTimeout: CONNECT_LIMIT_MS }))
}

/** Resolves when either end is gone. */
export async function relay(page: WebSocket, operator: Pick<Operator, 'brokerUrl' | 'tls'>): Promise<void> {
  const broker = openBroker(operator)
  const stream = createWebSocketStream(page)
  try {
    await Promise.all([pipeline(stream, broker), pipeline(broker, stream)])
  } catch {
    // Whichever end it was: MQTT itself says how a connection ends, and the page tries again.
    if (page.readyState === WebSocket.OPEN) page.close(CLOSED_BY_BROKER)
  } finally {
    broker.destroy()
    stream.destroy()
  }
}
