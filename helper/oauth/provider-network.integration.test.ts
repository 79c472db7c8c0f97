import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { readProviderFailure } from './provider-error.ts'
import { openProviderNetwork, type ProviderNetwork } from './provider-network.ts'

const LIMIT_BYTES = 512 * 1024

describe('the network to a provider', () => {
  const servers: Server[] = []
  const networks: ProviderNetwork[] = []
  afterEach(async () => {
    vi.unstubAllEnvs()
    for (const network of networks.splice(0)) await network.close()
    for (const server of servers.splice(0)) {
      server.close()
      server.closeAllConnections()
    }
  })

  async function listen(answer: RequestListener, host = '127.0.0.1') {
    const server = createServer(answer)
    servers.push(server)
    server.listen(0, host)
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port')
    return { server, port: address.port }
  }

  function open(proxy = 'none'): ProviderNetwork {
    const network = openProviderNetwork(proxy)
    networks.push(network)
    return network
  }

  /** What a request comes to: a status, or the code that the screen would explain. */
  const outcomeOf = (asked: Promise<Response>) =>
    asked.then(
      ({ status }) => status,
      (error: unknown) => readProviderFailure(error).trouble.code,
    )

  it.each([302, 421, 503])('sends a request that is answered %d once and no more', async (status) => {
    let requests = 0
    const { port } = await listen((_request, response) => {
      requests += 1
      response.writeHead(status, { location: '/elsewhere' }).end()
    })
    const form = { method: 'POST', body: new URLSearchParams({ device_code: 'one' }) }
    expect(await outcomeOf(open().fetch(`http://127.0.0.1:${port}/token`, form))).toBe(status)
    expect(requests).toBe(1)
  })

  it('sends a form as it was given', async () => {
    let received = ''
    const { port } = await listen(async (request, response) => {
      for await (const chunk of request) received += chunk
      response.end('{}')
    })
    const body = new URLSearchParams({ client_id: 'kiosk', scope: 'openid profile' })
    await open().fetch(`http://127.0.0.1:${port}/token`, { method: 'POST', body })
    expect(received).toBe('client_id=kiosk&scope=openid+profile')
  })

  it('reads no answer beyond its limit', async () => {
    const { port } = await listen((_request, response) => response.end('x'.repeat(LIMIT_BYTES + 1)))
    expect(await outcomeOf(open().fetch(`http://127.0.0.1:${port}/`, {}))).toBe('provider-answer-invalid')
  })

  it('unpacks no compressed answer, however small it came', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000, 'x'))
    const { port } = await listen((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    )
    const answer = await open().fetch(`http://127.0.0.1:${port}/`, {})
    expect((await answer.text()).length).toBeLessThan(LIMIT_BYTES)
  })

  it('reaches a provider by its IPv6 address', async () => {
    const { port } = await listen((_request, response) => response.end('{}'), '::1')
    const network = open()
    network.expectRequest(`http://[::1]:${port}/token`, 0)
    expect(await outcomeOf(network.fetch(`http://[::1]:${port}/token`, {}))).toBe(200)
  })

  it('has a connection ready for a request that was announced, and needs no other', async () => {
    let connections = 0
    const { server, port } = await listen((_request, response) => response.end('{}'))
    server.on('connection', () => {
      connections += 1
    })
    const network = open()
    network.expectRequest(`http://127.0.0.1:${port}/token`, 500)
    await expect.poll(() => connections).toBe(1)
    expect(await outcomeOf(network.fetch(`http://127.0.0.1:${port}/token`, {}))).toBe(200)
    expect(connections).toBe(1)
  })

  it('takes a proxy of the environment that is spelt without its scheme', async () => {
    const { server, port } = await listen((_request, response) => response.end())
    const asked: (string | undefined)[] = []
    server.on('connect', ({ url }: IncomingMessage, socket) => {
      asked.push(url)
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    })
    vi.stubEnv('HTTPS_PROXY', `127.0.0.1:${port}`)
    vi.stubEnv('NO_PROXY', '')
    expect(await outcomeOf(open('system').fetch('https://login.example.com/token', {}))).toBe('proxy-refused')
    expect(asked).toEqual(['login.example.com:443'])
  })

  it('says so when the environment names something that is no proxy', async () => {
    vi.stubEnv('HTTPS_PROXY', 'socks5://proxy.example.com')
    expect(await outcomeOf(open('system').fetch('https://login.example.com/token', {}))).toBe('proxy-unreachable')
  })
})
