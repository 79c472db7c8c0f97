/** Whether what came from the discovery address is the document of the configured issuer, and what to do if not. Pure. */
import { z } from 'zod'
import { readEntraHint } from '../../contract/entra-hints.ts'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import type { CheckOutcome } from './check-run.ts'

const discoverySchema = z.looseObject({ issuer: z.string(), token_endpoint: z.string() })
/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes: a tenant that is not there answers so. */
const refusalSchema = z.looseObject({ error_codes: z.tuple([z.int()]).rest(z.unknown()) })
const publicIssuer = z.url({ protocol: /^https$/ }).refine((url) => !/[@?#\s"]/.test(url))

export type DiscoveryDocument = z.infer<typeof discoverySchema>

const COMPARE = 'Open identity.issuer with /.well-known/openid-configuration behind it: a provider answers with JSON.'

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

function invalid(found: string, remedy: string): { document: null; outcome: CheckOutcome } {
  return { document: null, outcome: { state: 'failed', code: 'provider-answer-invalid', found, remedy } }
}

/** @returns an outcome for what is not the issuer's document */
export function judgeDiscovery(
  { status, body }: { status: number; body: string },
  { issuer }: Pick<KioskConfig['identity'], 'issuer'>,
): { document: DiscoveryDocument; outcome: null } | { document: null; outcome: CheckOutcome } {
  const content = parse(body)
  const read = discoverySchema.safeParse(content)
  if (!read.success) {
    const refusal = refusalSchema.safeParse(content)
    const number = refusal.success ? `AADSTS${refusal.data.error_codes[0]}` : null
    const found = `no discovery document, HTTP status ${status}${number === null ? '' : `, ${number}`}`
    return invalid(found, readEntraHint(number) ?? COMPARE)
  }
  if (read.data.issuer === issuer) return { document: read.data, outcome: null }
  const named = read.data.issuer
  // Somebody copies it into a bundle.
  const remedy = publicIssuer.safeParse(named).success
    ? `If this is the provider you mean, set identity.issuer to "${named}", letter by letter.`
    : 'Its "issuer" is no address that a kiosk can use: ask whoever runs the provider.'
  return invalid(`the document is of the issuer ${named}`, remedy)
}
