/** The fleet page's server, for the browser of this machine's operator alone. Never listens beyond 127.0.0.1. */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { Operator } from '../orders/operator-files.ts'
import { Refusal, wordsOf } from '../refusal.ts'
import type { ConsoleFile } from './console-files.ts'
import { CONSOLE_HEADERS } from './console-headers.ts'
import { MESSAGE_LIMIT_BYTES, type RelayListener, relay } from './relay.ts'

const ADDRESS = '127.0.0.1'
const WAY_TO_BROKER = '/mqtt/'

export type ServedConsole = {
  /** With the secret that lets its page in; a fragment, which browsers send to nobody. */
  url: string
  close(): Promise<void>
}

type ConsoleOptions = {
  /** 0 for any that is free. */
  port: number
  operator: Pick<Operator, 'brokerUrl' | 'tls' | 'fleetCaPem' | 'fleetCrlPem'>
  /** By path, such as `/index.html`. */
  files: ReadonlyMap<string, ConsoleFile>
  onBroker: RelayListener['onBroker']
}

/** @throws Refusal where the port is taken */
export async function serveConsole({ port, operator, files, onBroker }: ConsoleOptions): Promise<ServedConsole> {
  // Every process and every page of this machine can connect here; the secret says which one may speak to the broker.
  const secret = randomBytes(32).toString('base64url')
  let origin = ''
  const settings = JSON.stringify({ version: 1, fleetCaPem: operator.fleetCaPem, fleetCrlPem: operator.fleetCrlPem })

  /** A page of elsewhere whose name leads here has another Host. */
  const isOurs = ({ headers }: IncomingMessage) => `http://${headers.host}` === origin

  function knowsSecret({ url = '' }: IncomingMessage): boolean {
    const given = Buffer.from(url.slice(WAY_TO_BROKER.length))
    const wanted = Buffer.from(secret)
    return url.startsWith(WAY_TO_BROKER) && given.length === wanted.length && timingSafeEqual(given, wanted)
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const end = (status: number, body: string | Buffer, type = 'text/plain; charset=utf-8') =>
      response.writeHead(status, { ...CONSOLE_HEADERS, 'content-type': type }).end(body)
    if (!isOurs(request)) return void end(421, 'This is not the address that fleetctl has printed.\n')
    if (request.method !== 'GET' && request.method !== 'HEAD') return void end(405, 'Only GET.\n')
    const path = request.url === '/' ? '/index.html' : (request.url ?? '')
    if (path === '/settings.json') return void end(200, settings, 'application/json')
    const file = files.get(path)
    if (file) end(200, file.body, file.type)
    else end(404, 'There is nothing here.\n')
  }

  const pages = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_LIMIT_BYTES,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  })

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => {
      // A browser that has gone: there is nobody to tell.
    })
    if (!isOurs(request) || request.headers.origin !== origin || !knowsSecret(request)) {
      // Not left to whoever has come: one that never closes would stay, and keep the server from ending.
      socket.once('finish', () => socket.destroy())
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
      return
    }
    pages.handleUpgrade(request, socket, head, (page) => void relay(page, operator, { onBroker }))
  }

  const server = createServer(answer).on('upgrade', upgrade).listen(port, ADDRESS)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new Refusal(`the page cannot be served on port ${port}: ${wordsOf(error)}`)
  }
  const address = server.address()
  origin = `http://${ADDRESS}:${typeof address === 'object' && address ? address.port : port}`
  return {
    url: `${origin}/#${secret}`,
    async close() {
      for (const page of pages.clients) page.terminate()
      pages.close()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
