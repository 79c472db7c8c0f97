/** Has a TLS connection ready when a poll leaves, so that a person waits one round trip for it. Sends no request itself. */
import type { Socket } from 'node:net'
import { buildConnector } from 'undici'

/** How long before a request its connection is opened: more than three round trips of a slow network. */
const LEAD_MS = 2_000
/** A connection that nobody took by then is given back. */
const UNUSED_MS = 5_000

type Origin = {
  url: URL
  /** Opened ahead, not yet taken. */
  ready: Promise<Socket> | null
  /** Connections in use, or kept alive by undici. */
  live: number
  timer: NodeJS.Timeout | undefined
  /** While true, a connection that closes is replaced. */
  isExpecting: boolean
}

export type WarmConnections = {
  /** For undici's `connect` option. */
  connector: buildConnector.connector
  /** A request to this URL leaves after `inMs`; the newest expectation of an origin counts. */
  expectRequest(url: string, inMs: number): void
  close(): void
}

/** @param options of undici's own connector, which does the work */
export function createWarmConnections(options: buildConnector.BuildOptions): WarmConnections {
  const connect = buildConnector(options)
  const origins = new Map<string, Origin>()

  function originOf(url: URL): Origin {
    const known = origins.get(url.origin)
    if (known) return known
    const origin: Origin = { url, ready: null, live: 0, timer: undefined, isExpecting: false }
    origins.set(url.origin, origin)
    return origin
  }

  function open({ url }: Origin): Promise<Socket> {
    const { host, protocol, port } = url
    // The connector wants an IPv6 address bare, as undici gives it.
    const hostname = url.hostname.replace(/^\[|\]$/g, '')
    return new Promise((resolve, reject) => {
      connect({ hostname, host, protocol, port }, (error, socket) => (error ? reject(error) : resolve(socket)))
    })
  }

  function discard(origin: Origin): void {
    // A failure to connect is the request's to report, which connects anew.
    origin.ready?.then(
      (socket) => socket.destroy(),
      () => {},
    )
    origin.ready = null
  }

  function prepare(origin: Origin): void {
    if (!origin.isExpecting || origin.live > 0 || origin.ready) return
    const ready = open(origin)
    origin.ready = ready
    ready.then(
      (socket) =>
        socket.once('close', () => {
          if (origin.ready === ready) origin.ready = null
        }),
      () => {
        if (origin.ready === ready) origin.ready = null
      },
    )
  }

  function handOver(origin: Origin, socket: Socket, callback: buildConnector.Callback): void {
    origin.live += 1
    socket.once('close', () => {
      origin.live -= 1
      prepare(origin)
    })
    callback(null, socket)
  }

  return {
    connector(target, callback) {
      const origin = originOf(new URL(`${target.protocol}//${target.host ?? target.hostname}`))
      const connectNow = () =>
        connect(target, (error, socket) => (error ? callback(error, null) : handOver(origin, socket, callback)))
      const { ready } = origin
      if (!ready) return connectNow()
      origin.ready = null
      ready.then(
        (socket) => (socket.destroyed ? connectNow() : handOver(origin, socket, callback)),
        () => connectNow(),
      )
    },
    expectRequest(url, inMs) {
      const origin = originOf(new URL(new URL(url).origin))
      clearTimeout(origin.timer)
      origin.isExpecting = false
      const begin = () => {
        origin.isExpecting = true
        prepare(origin)
        origin.timer = setTimeout(end, Math.min(inMs, LEAD_MS) + UNUSED_MS).unref()
      }
      const end = () => {
        origin.isExpecting = false
        discard(origin)
      }
      if (inMs <= LEAD_MS) begin()
      else origin.timer = setTimeout(begin, inMs - LEAD_MS).unref()
    },
    close() {
      for (const origin of origins.values()) {
        clearTimeout(origin.timer)
        origin.isExpecting = false
        discard(origin)
      }
    },
  }
}
