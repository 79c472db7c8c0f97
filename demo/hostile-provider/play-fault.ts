/** Does to one request what a fault says. Never decides which fault, never notes anything down. */
import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'
import { assertNever } from '../../contract/kiosk-error.ts'
import type { Fault } from './fault.ts'
import { htmlAnswer, jsonAnswer, type ProviderAnswer, readJsonBody, withJsonBody } from './provider-answer.ts'
import type { TokenForge } from './token-forge.ts'

/** One request and all that can be done with it. */
export type Exchange = {
  response: ServerResponse
  /** Aborts when nobody waits for an answer any more. */
  gone: AbortSignal
  askProvider(): Promise<ProviderAnswer>
  /** Cuts the connection with RST. */
  reset(): void
  forge: TokenForge['forge']
}

/** What left: the status, 0 for none; the whole body, if a whole one left; the fault that had a part in it. */
export type Played = { status: number; body: Buffer | null; fault: Fault['kind'] | null }

/** Long enough for half an answer to be read before RST overtakes it. */
const HALF_ANSWER_MS = 30
const CHUNK_BYTES = 64 * 1024
const DRIP_MS = 100

export const CAPTIVE_PORTAL = htmlAnswer(200, 'Guest network: log in to go on')

type Sent = Omit<Played, 'fault'>
const NOTHING: Sent = { status: 0, body: null }

export function send({ response, gone }: Exchange, { status, headers, body }: ProviderAnswer): Sent {
  if (gone.aborted || response.destroyed) return NOTHING
  response.writeHead(status, { ...headers, 'content-length': body.length }).end(body)
  return { status, body }
}

/** Sends a body piece by piece, as far as the client reads it. @returns whether it read all of it */
async function stream({ response, gone }: Exchange, pieces: AsyncIterable<Buffer>): Promise<boolean> {
  try {
    await pipeline(Readable.from(pieces), response, { signal: gone })
    return true
  } catch (error) {
    if (!gone.aborted) throw error
    return false
  }
}

async function* hugeObject(bytes: number): AsyncGenerator<Buffer> {
  const [head, tail] = [Buffer.from('{"padding":"'), Buffer.from('"}')]
  const padding = Buffer.alloc(CHUNK_BYTES, 'a')
  yield head
  for (let left = bytes - head.length - tail.length; left > 0; left -= CHUNK_BYTES) {
    yield padding.subarray(0, Math.min(left, CHUNK_BYTES))
  }
  yield tail
}

async function* drip(body: Buffer, bytesPerSecond: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  const pieceMs = Math.max(DRIP_MS, 1000 / bytesPerSecond)
  const pieceBytes = Math.round((bytesPerSecond * pieceMs) / 1000)
  for (let sentBytes = 0; sentBytes < body.length; sentBytes += pieceBytes) {
    await setTimeout(pieceMs, undefined, { signal })
    yield body.subarray(sentBytes, sentBytes + pieceBytes)
  }
}

/** Cuts an answer short after half of its body, or before all of it. */
async function cutAnswer(exchange: Exchange, answer: ProviderAnswer, stage: 'midBody' | 'after'): Promise<Sent> {
  const { status, headers, body } = answer
  const sendsHalf = stage === 'midBody' && !exchange.gone.aborted
  if (sendsHalf) {
    const { response } = exchange
    response.writeHead(status, { ...headers, 'content-length': body.length })
    response.write(body.subarray(0, body.length / 2))
    await setTimeout(HALF_ANSWER_MS)
  }
  exchange.reset()
  return sendsHalf ? { status, body: null } : NOTHING
}

/** The provider's answer with its ID token forged; `null` if it has none. */
async function forgeAnswer(
  { forge }: Exchange,
  fault: Extract<Fault, { kind: 'forgeIdToken' }>,
  answer: ProviderAnswer,
): Promise<ProviderAnswer | null> {
  const body = readJsonBody(answer.body)
  if (typeof body?.id_token !== 'string') return null
  return withJsonBody(answer, { ...body, id_token: await forge(body.id_token, fault) })
}

function statusAnswer({ status, headers, body = '', contentType }: Extract<Fault, { kind: 'status' }>): ProviderAnswer {
  const type = contentType ?? (body === '' ? null : 'text/html; charset=utf-8')
  return { status, headers: { ...(type !== null && { 'content-type': type }), ...headers }, body: Buffer.from(body) }
}

/**
 * Answers a request, or does not.
 *
 * @returns once the answer has left or never will; rejects with an AbortError when the client goes away in a `delay`
 */
export async function playFault(fault: Fault | null, exchange: Exchange): Promise<Played> {
  const { response, gone } = exchange
  const passed = (answer: ProviderAnswer): Played => ({ ...send(exchange, answer), fault: null })
  if (fault === null) return passed(await exchange.askProvider())
  const done = (sent: Sent): Played => ({ ...sent, fault: fault.kind })
  const answered = (answer: ProviderAnswer): Played => done(send(exchange, answer))
  switch (fault.kind) {
    case 'delay': {
      const { ms, jitterMs = 0 } = fault
      await setTimeout(Math.max(0, ms + (Math.random() * 2 - 1) * jitterMs), undefined, { signal: gone })
      return answered(await exchange.askProvider())
    }
    case 'reset': {
      if (fault.stage === 'before') {
        exchange.reset()
        return done(NOTHING)
      }
      const answer = await exchange.askProvider()
      const isSpared = fault.onlyTokens === true && readJsonBody(answer.body)?.access_token === undefined
      return isSpared ? passed(answer) : done(await cutAnswer(exchange, answer, fault.stage))
    }
    case 'status':
      return answered(statusAnswer(fault))
    case 'captivePortal':
      return answered(CAPTIVE_PORTAL)
    case 'redirect':
      return answered({ status: fault.status ?? 302, headers: { location: fault.location }, body: Buffer.alloc(0) })
    case 'brokenJson':
      return answered({ ...jsonAnswer(200, {}), body: Buffer.from('{"error":"authorization_pe') })
    case 'hugeJson':
      response.writeHead(200, jsonAnswer(200, {}).headers)
      await stream(exchange, hugeObject(fault.bytes))
      return done({ status: 200, body: null })
    case 'wrongContentType': {
      const answer = await exchange.askProvider()
      return answered({ ...answer, headers: { ...answer.headers, 'content-type': 'text/plain; charset=utf-8' } })
    }
    case 'hang':
      return done(NOTHING)
    case 'slowDrip': {
      const { status, headers, body } = await exchange.askProvider()
      response.writeHead(status, { ...headers, 'content-length': body.length }).flushHeaders()
      const arrived = await stream(exchange, drip(body, fault.bytesPerSecond, gone))
      return done({ status, body: arrived ? body : null })
    }
    case 'oauthError': {
      const { error, status = 400, extra } = fault
      return answered(jsonAnswer(status, { error, ...extra }))
    }
    case 'rewrite': {
      const answer = await exchange.askProvider()
      const body = readJsonBody(answer.body)
      return body === null ? passed(answer) : answered(withJsonBody(answer, fault.change(body)))
    }
    case 'forgeIdToken': {
      const answer = await exchange.askProvider()
      const forged = await forgeAnswer(exchange, fault, answer)
      return forged === null ? passed(answer) : answered(forged)
    }
    default:
      return assertNever(fault)
  }
}
