/** A company's HTTP proxy: CONNECT tunnels, and plain requests passed on. Never listens beyond this machine, never reads a tunnel. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** What clients get: their way, or a refusal such as 403 or 407. */
export type ProxyAnswer = 'allow' | { status: number }

type ProxyTarget = { host: string; port: number }

/** How a proxy carries a tunnel. */
export type TunnelCarrier = {
  /** Connects to the target; a rejection becomes 502. */
  reach(target: ProxyTarget): Promise<Socket>
  /** The client's end, once the client has been told that its tunnel stands. */
  meet(client: Duplex, target: ProxyTarget): Promise<Duplex> | Duplex
}

export type ForwardProxyOptions = {
  /** `allow` if left out. */
  answer?: ProxyAnswer
  /** An address of this machine. */
  host?: string
  /** 0, or left out, takes any free port. */
  port?: number
}

export type ForwardProxy = {
  port: number
  /** As `network.proxy` and HTTPS_PROXY want it. */
  url: string
  /** How many tunnels were asked for, refused ones included, by `host:port`. */
  tunnels: ReadonlyMap<string, number>
  /** How many plain requests came, refused ones included, by `host:port`. */
  plainRequests: ReadonlyMap<string, number>
  /** The local ports of every connection that the proxy made: servers see their clients come from these. */
  outgoingPorts: ReadonlySet<number>
  setAnswer(answer: ProxyAnswer): void
  /** Ends the proxy together with every tunnel. */
  close(): Promise<void>
}

const REFUSAL_BODY = 'Blocked by the company’s proxy.\n'
/** RFC 9110 §7.6.1, and what clients of proxies send besides. */
const HOP_HEADERS = ['connection', 'keep-alive', 'proxy-connection', 'proxy-authorization', 'te', 'upgrade']

const PLAIN_CARRIER: TunnelCarrier = {
  async reach({ host, port }) {
    const socket = connect({ host, port })
    await once(socket, 'connect')
    return socket
  },
  meet: (client) => client,
}

function readTarget(authority: string): ProxyTarget | null {
  const url = URL.parse(`http://${authority}`)
  return url && { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 80) }
}

function countIn(counts: Map<string, number>, { host, port }: ProxyTarget): void {
  const key = `${host}:${port}`
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

function refusalHeaders(status: number): Record<string, string> {
  // RFC 9110 §15.5.8: a proxy that wants a password says how it wants it.
  return { 'content-type': 'text/plain', ...(status === 407 && { 'proxy-authenticate': 'Basic realm="proxy"' }) }
}

function refuseTunnel(client: Duplex, status: number): void {
  const headers = { ...refusalHeaders(status), 'content-length': Buffer.byteLength(REFUSAL_BODY), connection: 'close' }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  client.end([`HTTP/1.1 ${status} Refused`, ...lines, '', REFUSAL_BODY].join('\r\n'))
}

function withoutHopHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_HEADERS.includes(name)))
}

/** Ends either side with the other; a fault of one is no news by then. */
function join(near: Duplex, far: Duplex): void {
  for (const [from, to] of [
    [near, far],
    [far, near],
  ] as const) {
    from.on('error', () => to.destroy())
    from.on('close', () => to.destroy())
    from.pipe(to)
  }
}

/** @param carrier plain bytes unless told otherwise */
export async function openForwardProxy(
  { answer: firstAnswer = 'allow', host = '127.0.0.1', port = 0 }: ForwardProxyOptions = {},
  carrier: TunnelCarrier = PLAIN_CARRIER,
): Promise<ForwardProxy> {
  const tunnels = new Map<string, number>()
  const plainRequests = new Map<string, number>()
  const outgoingPorts = new Set<number>()
  const sockets = new Set<Duplex>()
  let answer = firstAnswer

  function keep(socket: Duplex): void {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  }

  function noteOutgoing(socket: Socket): void {
    keep(socket)
    if (socket.localPort !== undefined) outgoingPorts.add(socket.localPort)
  }

  async function openTunnel(target: ProxyTarget, client: Duplex): Promise<void> {
    const far = await carrier.reach(target).catch(() => null)
    if (!far) return refuseTunnel(client, 502)
    noteOutgoing(far)
    client.write('HTTP/1.1 200 Connection established\r\n\r\n')
    join(await carrier.meet(client, target), far)
  }

  function passOn(incoming: IncomingMessage, response: ServerResponse): void {
    const url = URL.parse(incoming.url ?? '')
    if (url?.protocol !== 'http:') return void response.writeHead(400).end()
    countIn(plainRequests, { host: url.hostname, port: Number(url.port || 80) })
    if (answer !== 'allow') {
      return void response.writeHead(answer.status, refusalHeaders(answer.status)).end(REFUSAL_BODY)
    }
    const { method = 'GET', headers } = incoming
    const outgoing = request(url, { method, headers: withoutHopHeaders(headers), agent: false })
    outgoing.on('socket', (socket: Socket) => socket.once('connect', () => noteOutgoing(socket)))
    outgoing.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()))
    outgoing.on('response', (answered) => {
      response.writeHead(answered.statusCode ?? 502, withoutHopHeaders(answered.headers))
      answered.pipe(response)
    })
    incoming.pipe(outgoing)
  }

  const server = createServer(passOn)
  server.on('connection', keep)
  server.on('connect', ({ url = '' }: IncomingMessage, client: Duplex, firstBytes: Buffer) => {
    client.on('error', () => client.destroy())
    const target = readTarget(url)
    if (!target) return refuseTunnel(client, 400)
    countIn(tunnels, target)
    if (answer !== 'allow') return refuseTunnel(client, answer.status)
    if (firstBytes.length > 0) client.unshift(firstBytes)
    openTunnel(target, client).catch(() => client.destroy())
  })
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy does not listen on a port')

  return {
    port: address.port,
    url: `http://${host}:${address.port}`,
    tunnels,
    plainRequests,
    outgoingPorts,
    setAnswer(next) {
      answer = next
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
