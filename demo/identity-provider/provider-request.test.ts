/** Tests that a form can be read before oidc-provider and still be there for it, however it arrives. */
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { readForm } from './provider-request.ts'

type Seen = { form: Record<string, string>; restOfBody: string; readableAfterwards: boolean }

async function see(incoming: IncomingMessage): Promise<Seen> {
  const form = Object.fromEntries(await readForm(incoming))
  await setImmediate()
  const readableAfterwards = incoming.readable
  return { form, readableAfterwards, restOfBody: readableAfterwards ? await text(incoming) : '' }
}

/** Sends a body in pieces, with a pause between them, and answers what a server saw of it. */
async function send(method: string, headers: OutgoingHttpHeaders, pieces: readonly string[]): Promise<Seen> {
  const server = createServer((incoming, answer) => {
    see(incoming).then(
      (seen) => answer.end(JSON.stringify(seen)),
      (cause: unknown) => answer.writeHead(500).end(JSON.stringify(String(cause))),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    return await new Promise((resolve, reject) => {
      const outgoing = request({ host: '127.0.0.1', port, method, headers }, (answer) => {
        text(answer).then((body) => resolve(JSON.parse(body) as Seen), reject)
      })
      outgoing.on('error', reject)
      const sendPieces = async (): Promise<void> => {
        for (const piece of pieces) {
          await new Promise((written) => outgoing.write(piece, written))
          await setImmediate()
        }
        outgoing.end()
      }
      sendPieces().catch(reject)
    })
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const URL_ENCODED = { 'content-type': 'application/x-www-form-urlencoded' }
const BODY = 'grant_type=refresh_token&refresh_token=a%20b'
const FIELDS = { grant_type: 'refresh_token', refresh_token: 'a b' }

describe('readForm', () => {
  it.each<[what: string, headers: OutgoingHttpHeaders, pieces: string[]]>([
    ['at once', { 'content-length': BODY.length }, [BODY]],
    ['in two pieces', { 'content-length': BODY.length }, [BODY.slice(0, 7), BODY.slice(7)]],
    ['chunked', {}, [BODY]],
    ['chunked letter by letter', {}, [...BODY]],
  ])('reads a form that comes %s, and leaves it to be read again', async (_what, headers, pieces) => {
    const seen = await send('POST', { ...URL_ENCODED, ...headers }, pieces)
    expect(seen).toEqual({ form: FIELDS, restOfBody: BODY, readableAfterwards: true })
  })

  it.each<[what: string, method: string, headers: OutgoingHttpHeaders, body: string]>([
    ['JSON', 'POST', { 'content-type': 'application/json' }, '{}'],
    ['another method', 'PUT', URL_ENCODED, BODY],
  ])('does not touch %s', async (_what, method, headers, body) => {
    expect(await send(method, headers, [body])).toEqual({ form: {}, restOfBody: body, readableAfterwards: true })
  })

  it('does not wait for a form without content', async () => {
    const { form } = await send('POST', { ...URL_ENCODED, 'content-length': 0 }, [])
    expect(form).toEqual({})
  })

  it('refuses a form that is too large', async () => {
    expect(await send('POST', URL_ENCODED, ['a'.repeat(60 * 1024)])).toMatch(/exceeds/)
  })
})
