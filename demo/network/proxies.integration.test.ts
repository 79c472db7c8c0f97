/** Tests that the proxies do what a company's do, with a client that knows how to use one. */
import { once } from 'node:events'
import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { fetch, ProxyAgent } from 'undici'
import { afterEach, describe, expect, it } from 'vitest'
import { createCleanups } from '../cleanups.ts'
import { type ForwardProxy, openForwardProxy, type ProxyAnswer } from './forward-proxy.ts'
import { openInterceptingProxy } from './intercepting-proxy.ts'
import { createThrowawayAuthority } from './throwaway-authority.ts'
import { watchConnections } from './watch-connections.ts'

const cleanups = createCleanups()
afterEach(() => cleanups.run())

async function listen(server: Server): Promise<number> {
  server.on('request', (incoming, response) => response.end(`${incoming.method} ${incoming.url}`))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.add(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

async function serveHttps() {
  const authority = await createThrowawayAuthority('Elsewhere')
  const { certificatePem, keyPem } = await authority.certify(['localhost'])
  const port = await listen(createHttpsServer({ cert: certificatePem, key: keyPem }))
  return { port, host: `localhost:${port}`, url: `https://localhost:${port}/page`, caPem: authority.caPem }
}

async function openProxy(answer: ProxyAnswer = 'allow'): Promise<ForwardProxy> {
  const proxy = await openForwardProxy({ answer })
  cleanups.add(() => proxy.close())
  return proxy
}

/** @returns the body, or what went wrong at the bottom of it */
async function ask(url: string, proxy: ForwardProxy, caPem: string | undefined): Promise<string> {
  const dispatcher = new ProxyAgent({ uri: proxy.url, ...(caPem && { requestTls: { ca: caPem } }) })
  cleanups.add(() => dispatcher.destroy())
  try {
    return await (await fetch(url, { dispatcher })).text()
  } catch (error) {
    let cause = error
    while (cause instanceof Error && cause.cause) cause = cause.cause
    return String((cause as { code?: string }).code ?? cause)
  }
}

describe('a forward proxy', () => {
  it('carries TLS without a look into it, and counts the tunnels', async () => {
    const { url, host, port, caPem } = await serveHttps()
    const watch = watchConnections(port)
    cleanups.add(() => watch.stop())
    const proxy = await openProxy()
    expect(await ask(url, proxy, caPem)).toBe('GET /page')
    expect([...proxy.tunnels]).toEqual([[host, 1]])
    expect(watch.clientPorts).toEqual([...proxy.outgoingPorts])
  })

  it('passes a plain request on', async () => {
    const port = await listen(createHttpServer())
    const proxy = await openProxy()
    const dispatcher = new ProxyAgent({ uri: proxy.url, proxyTunnel: false })
    cleanups.add(() => dispatcher.destroy())
    const answer = await fetch(`http://127.0.0.1:${port}/plain?a=b`, { dispatcher })
    expect(await answer.text()).toBe('GET /plain?a=b')
    expect([...proxy.plainRequests]).toEqual([[`127.0.0.1:${port}`, 1]])
  })

  it.each([403, 407, 502])('refuses with %i, and lets through when it is told to', async (status) => {
    const { url, host, caPem } = await serveHttps()
    const proxy = await openProxy({ status })
    expect(await ask(url, proxy, caPem)).toContain('UND_ERR')
    proxy.setAnswer('allow')
    expect(await ask(url, proxy, caPem)).toBe('GET /page')
    expect(proxy.tunnels.get(host)).toBe(2)
  })

  it('says 502 for a host that is not there', async () => {
    const { url, host, caPem } = await serveHttps()
    await cleanups.run()
    const proxy = await openProxy()
    expect(await ask(url, proxy, caPem)).toContain('UND_ERR')
    expect(proxy.tunnels.get(host)).toBe(1)
  })

  it('ends its tunnels with itself', async () => {
    const { url, caPem } = await serveHttps()
    const proxy = await openForwardProxy()
    const dispatcher = new ProxyAgent({ uri: proxy.url, requestTls: { ca: caPem } })
    cleanups.add(() => dispatcher.destroy())
    await (await fetch(url, { dispatcher })).text()
    await proxy.close()
    await expect(fetch(url, { dispatcher })).rejects.toThrow('fetch failed')
  })
})

describe('an intercepting proxy', () => {
  async function openInspection(hostCaPem: string) {
    const proxy = await openInterceptingProxy({ hostCaPem })
    cleanups.add(() => proxy.close())
    return proxy
  }

  it('is met by those who trust its authority', async () => {
    const { url, caPem } = await serveHttps()
    const proxy = await openInspection(caPem)
    expect(await ask(url, proxy, proxy.caPem)).toBe('GET /page')
  })

  it('is seen through by those who know the host’s own authority only', async () => {
    const { url, caPem } = await serveHttps()
    const proxy = await openInspection(caPem)
    expect(await ask(url, proxy, caPem)).toMatch(/UNABLE_TO_VERIFY|SELF_SIGNED|UNABLE_TO_GET/)
  })

  it('opens no tunnel to a host that it cannot verify', async () => {
    const { url } = await serveHttps()
    const proxy = await openInspection((await createThrowawayAuthority('Somebody else')).caPem)
    expect(await ask(url, proxy, proxy.caPem)).toContain('UND_ERR')
  })
})
