/** A whole answer of the provider, as a value. Never changes one in place. */
import type { OutgoingHttpHeaders } from 'node:http'
import { z } from 'zod'
import type { JsonObject } from './fault.ts'

export type ProviderAnswer = { status: number; headers: OutgoingHttpHeaders; body: Buffer }

const jsonObjectSchema = z.record(z.string(), z.unknown())

/** The object that is the body; `null` for a body of another kind. */
export function readJsonBody(body: Buffer): JsonObject | null {
  try {
    return jsonObjectSchema.safeParse(JSON.parse(body.toString('utf8'))).data ?? null
  } catch {
    return null
  }
}

export function withJsonBody(answer: ProviderAnswer, body: JsonObject): ProviderAnswer {
  return { ...answer, body: Buffer.from(JSON.stringify(body)) }
}

export function jsonAnswer(status: number, body: JsonObject): ProviderAnswer {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }
  return withJsonBody({ status, headers, body: Buffer.alloc(0) }, body)
}

export function htmlAnswer(status: number, title: string): ProviderAnswer {
  const body = `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1></html>`
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body: Buffer.from(body) }
}
