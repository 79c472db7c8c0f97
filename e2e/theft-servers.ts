/** A hosted app without any fence of its own, its API, and strangers beside them: one server that notes all it receives. */
import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { text } from 'node:stream/consumers'
import type { Cleanups } from '../demo/cleanups.ts'
import type { IdentityProvider } from '../demo/identity-provider/identity-provider.ts'

type Received = { host: string; path: string; method: string; headers: IncomingHttpHeaders; body: string }

export type TheftServers = {
  received: readonly Received[]
  /** For `app` in the bundle. */
  app: { url: string; apiOrigins: string[] }
  origins: Record<'app' | 'api' | 'evil' | 'lookAlike', string>
}

const HOSTS = {
  app: 'app.localhost',
  api: 'api.localhost',
  evil: 'evil.localhost',
  lookAlike: 'api.localhost.evil.localhost',
}

const html = (script: string) => `<!doctype html><title>theft</title><p>theft<script>${script}</script>`

/** The scripts of pages and workers; each asks the API under a path of its own. */
function contentOf(path: string, { app, api, evil }: TheftServers['origins']): { type: string; body: string } | null {
  const page = (script: string) => ({ type: 'text/html', body: html(script) })
  const script = (body: string) => ({ type: 'text/javascript', body })
  const ask = (name: string) => `fetch('${api}/${name}').catch(() => {});`
  const pages: Record<string, { type: string; body: string }> = {
    '/': page(''),
    '/own-frame': page(ask('by-own-frame')),
    '/nested': page(ask('by-nested-frame')),
    '/sandboxed': page(ask('by-sandboxed-frame')),
    '/stranger': page(`${ask('by-stranger')} new Worker('/stranger-worker.js')`),
    '/nest': page(`const f = document.createElement('iframe'); f.src = '${app}/nested'; document.body.append(f)`),
    '/stranger-worker.js': script(ask('by-stranger-worker')),
    '/shared.js': script(ask('by-shared-worker')),
    '/service.js': script(
      `self.addEventListener('install', () => self.skipWaiting()); ${ask('by-service-worker')} fetch('${evil}/by-service-worker', { mode: 'no-cors' }).catch(() => {})`,
    ),
    '/as-frame': page(ask('by-api-frame')),
  }
  return pages[path] ?? null
}

export async function startTheftServers({ ca }: IdentityProvider, cleanups: Cleanups): Promise<TheftServers> {
  const received: Received[] = []
  const server = createServer({ cert: ca.serverCertificatePem, key: ca.serverKeyPem })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.add(async () => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port')
  const originOf = (host: string) => `https://${host}:${address.port}`
  const origins = {
    app: originOf(HOSTS.app),
    api: originOf(HOSTS.api),
    evil: originOf(HOSTS.evil),
    lookAlike: originOf(HOSTS.lookAlike),
  }

  async function note(request: IncomingMessage): Promise<URL> {
    const url = new URL(request.url ?? '/', `https://${request.headers.host}`)
    const { method = '', headers } = request
    const body = method === 'POST' ? await text(request) : ''
    received.push({ host: url.hostname, path: `${url.pathname}${url.search}`, method, headers, body })
    return url
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = await note(request)
    // As generous as a careless API: what keeps the token in is not CORS.
    response.setHeader('Access-Control-Allow-Origin', '*')
    response.setHeader('Access-Control-Allow-Headers', 'authorization, x-any')
    response.setHeader('Access-Control-Allow-Methods', '*')
    const to = url.searchParams.get('to')
    const content = contentOf(url.pathname, origins)
    if (url.hostname === HOSTS.app && url.pathname === '/') {
      const reports = `report-uri ${origins.api}/report ${origins.evil}/report`
      response.setHeader('Content-Security-Policy-Report-Only', `img-src 'none'; ${reports}`)
    }
    if (to !== null) response.writeHead(302, { location: to }).end()
    else if (content) response.writeHead(200, { 'content-type': content.type }).end(content.body)
    else response.end(url.pathname === '/echo' ? (request.headers.authorization ?? '') : 'answered')
  }
  server.on('request', (request, response) => void answer(request, response))
  server.on('upgrade', (request: IncomingMessage, socket) => {
    void note(request)
    socket.destroy()
  })
  return { received, app: { url: `${origins.app}/`, apiOrigins: [origins.api] }, origins }
}
