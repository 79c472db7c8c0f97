/** The way from the front to the real provider: plain HTTP on this machine. Reads every answer to its end. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type RequestListener, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import type { ProviderAnswer } from './provider-answer.ts'

type ForwardedRequest = { method: string; url: string; headers: IncomingHttpHeaders; body: Buffer }

export type Upstream = {
  forward(request: ForwardedRequest): Promise<ProviderAnswer>
  close(): Promise<void>
}

/** RFC 9110 §7.6.1: of one connection only. Length and date are the front's own to say. */
const OWN_HEADERS = ['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'date']

function withoutOwnHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN_HEADERS.includes(name)))
}

/** @param answer the real provider, told by `X-Forwarded-Proto` that its client came by HTTPS */
export function openUpstream(answer: RequestListener): Upstream {
  const server = createServer(answer)
  server.listen(0, '127.0.0.1')
  const listening = once(server, 'listening')
  return {
    async forward({ method, url, headers, body }) {
      await listening
      const { port } = server.address() as AddressInfo
      const forwarded = {
        ...withoutOwnHeaders(headers),
        'x-forwarded-proto': 'https',
        ...(body.length > 0 && { 'content-length': body.length }),
      }
      const outgoing = request({ host: '127.0.0.1', port, method, path: url, headers: forwarded, agent: false })
      const answered = once(outgoing, 'response')
      outgoing.end(body)
      const [incoming] = await answered
      return {
        status: incoming.statusCode,
        headers: withoutOwnHeaders(incoming.headers),
        body: await buffer(incoming),
      }
    },
    async close() {
      await listening
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
