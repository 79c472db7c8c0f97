import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type ServedConsole, serveConsole } from './serve-console.ts'

const SETTINGS = { version: 1, fleetCaPem: 'ca', fleetCrlPem: null }

describe('the fleet page’s server', () => {
  let served: ServedConsole | null
  let origin: string
  let secret: string
  const faults: string[] = []
  beforeEach(async () => {
    faults.length = 0
    served = await serveConsole({
      port: 0,
      // Nothing listens there: whoever is let in is told so by name.
      operator: { brokerUrl: 'mqtts://127.0.0.1:1', tls: { ca: undefined, cert: '', key: '' }, ...SETTINGS },
      files: new Map([['/index.html', { body: Buffer.from('the page'), type: 'text/html' }]]),
      onBroker: (_isReached: boolean, why?: string) => faults.push(why ?? 'reached'),
    })
    const url = new URL(served.url)
    origin = url.origin
    secret = url.hash.slice(1)
  })
  afterEach(() => served?.close())

  async function ask(path: string, { method = 'GET', host = new URL(origin).host } = {}) {
    const asking = request(`${origin}${path}`, { method, headers: { host } }).end()
    const [response] = await once(asking, 'response')
    let body = ''
    for await (const chunk of response) body += chunk
    return { status: response.statusCode, headers: response.headers, body }
  }

  /** @returns the answer to a WebSocket's handshake, or `open` */
  async function knock(path: string, from: string | undefined): Promise<number | 'open'> {
    const socket = new WebSocket(
      origin.replace('http', 'ws') + path,
      'mqtt',
      from === undefined ? {} : { origin: from },
    )
    const { promise, resolve } = Promise.withResolvers<number | 'open'>()
    socket.once('open', () => resolve('open'))
    socket.on('error', () => {
      // What it was answered is told by the next event.
    })
    socket.once('unexpected-response', (_request, { statusCode = 0 }) => resolve(statusCode))
    const answer = await promise
    socket.terminate()
    return answer
  }

  it('gives the page and its settings, and nothing else', async () => {
    expect(await ask('/')).toMatchObject({ status: 200, body: 'the page' })
    expect(JSON.parse((await ask('/settings.json')).body)).toEqual(SETTINGS)
    expect(await ask('/../package.json')).toMatchObject({ status: 404 })
    expect((await ask('/')).headers).toMatchObject({
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'cache-control': 'no-store',
    })
  })

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('takes no %s', async (method) => {
    expect(await ask('/', { method })).toMatchObject({ status: 405 })
  })

  it.each(['evil.example', 'localhost', '127.0.0.1'])('is not there under the name of %s', async (name) => {
    const host = `${name}:${Number(new URL(origin).port) + (name === '127.0.0.1' ? 1 : 0)}`
    for (const path of ['/', '/settings.json']) expect(await ask(path, { host })).toMatchObject({ status: 421 })
  })

  it('lets its own page through to the broker, and tells why that cannot be reached', async () => {
    expect(await knock(`/mqtt/${secret}`, origin)).toBe('open')
    await expect.poll(() => faults).toEqual(['nothing listens there'])
  })

  it.each<[string, () => [string, string | undefined]]>([
    ['another page that has the secret', () => [`/mqtt/${secret}`, 'http://evil.example']],
    ['another port of this machine', () => [`/mqtt/${secret}`, 'http://127.0.0.1:1']],
    ['a page of nowhere', () => [`/mqtt/${secret}`, 'null']],
    ['a program that names no page', () => [`/mqtt/${secret}`, undefined]],
    ['its own page without the secret', () => ['/mqtt/', origin]],
    ['its own page with the secret of another start', () => [`/mqtt/${'x'.repeat(43)}`, origin]],
  ])('lets nobody through: %s', async (_what, make) => {
    expect(await knock(...make())).toBe(403)
    expect(faults).toEqual([])
  })

  it('keeps nothing open for whom it has refused', async () => {
    const { port, host } = new URL(origin)
    const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true })
    socket.write(`GET /mqtt/x HTTP/1.1\r\nhost: ${host}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`)
    socket.resume()
    await once(socket, 'end')
    await served?.close()
    served = null
    socket.destroy()
  })
})
