/** The demo's reception app: a page on one origin, its API on another, both over TLS. Never listens beyond this machine. */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { RequestListener } from 'node:http'
import { createServer, type Server } from 'node:https'
import { createRequire } from 'node:module'
import { extname, join } from 'node:path'
import type { IdentityProvider } from '../identity-provider/identity-provider.ts'
import type { ApiResource } from '../identity-provider/provider-configuration.ts'
import { createTokenCheck } from './token-check.ts'
import { type ApiRequest, createVisitsApi, READ_SCOPE, WRITE_SCOPE } from './visits-api.ts'

/** What the demo's provider issues access tokens for. */
export const VISITS_RESOURCE: ApiResource = {
  audience: 'https://visits.contoso.example/',
  scopes: [READ_SCOPE, WRITE_SCOPE],
}

type Outage = 'unavailable' | 'unreachable'

export type ReceptionServers = {
  /** For `app` in a bundle. */
  app: { url: string; apiOrigins: string[] }
  /** For `identity.scopes`. */
  scopes: string[]
  apiRequests: readonly ApiRequest[]
  refuseKnownTokens(): void
  /** From now on the page's server answers 503, or breaks every connection off; null for neither. */
  setOutage(outage: Outage | null): void
  close(): Promise<void>
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.woff2': 'font/woff2',
}

const FONT = createRequire(import.meta.url).resolve('@fontsource-variable/inter/files/inter-latin-wght-normal.woff2')
const page = (name: string) => join(import.meta.dirname, 'page', name)
const FILES: Readonly<Record<string, string>> = {
  '/': page('index.html'),
  '/reception.css': page('reception.css'),
  '/reception.js': page('reception.js'),
  '/keyboard.js': page('keyboard.js'),
  '/inter.woff2': FONT,
}

async function listen(server: Server, host: string): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port')
  return `https://${host}:${address.port}`
}

function close(server: Server): Promise<unknown> {
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  return closed
}

/** Every `*.localhost` name is this machine's in a browser, so that page and API have hosts of their own. */
export async function startReceptionApp({
  ca,
  issuer,
}: Pick<IdentityProvider, 'ca' | 'issuer'>): Promise<ReceptionServers> {
  const certificate = { cert: ca.serverCertificatePem, key: ca.serverKeyPem }
  const [pageServer, apiServer] = [createServer(certificate), createServer(certificate)]
  const appOrigin = await listen(pageServer, 'reception.localhost')
  const apiOrigin = await listen(apiServer, 'visits.localhost')
  const tokens = createTokenCheck({ issuer, audience: VISITS_RESOURCE.audience, caPem: ca.caPem })
  const api = createVisitsApi({ tokens, appOrigin })
  let outage: Outage | null = null

  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    `connect-src ${apiOrigin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

  const answerPage: RequestListener = async (request, response) => {
    const path = FILES[new URL(request.url ?? '/', appOrigin).pathname]
    if (outage === 'unreachable') {
      request.socket.destroy()
      return
    }
    if (outage !== null || path === undefined) {
      response.writeHead(outage === null ? 404 : 503).end()
      return
    }
    const text = await readFile(path)
    const content = path.endsWith('.html') ? text.toString().replace('{{API}}', apiOrigin) : text
    response.writeHead(200, {
      'Content-Type': MEDIA_TYPES[extname(path)],
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
    })
    response.end(content)
  }
  pageServer.on('request', answerPage)
  apiServer.on('request', api.answer)

  return {
    app: { url: `${appOrigin}/`, apiOrigins: [apiOrigin] },
    scopes: ['openid', 'profile', 'offline_access', ...VISITS_RESOURCE.scopes],
    apiRequests: api.requests,
    refuseKnownTokens: api.refuseKnownTokens,
    setOutage(next) {
      outage = next
    },
    async close() {
      await Promise.all([close(pageServer), close(apiServer), tokens.close()])
    },
  }
}
