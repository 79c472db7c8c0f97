/** What a request goes by in the provider's own log, gathered on its way. Holds ids only: nothing that opens anything. */
import { randomUUID } from 'node:crypto'

/** Each is absent where this provider, or this answer, has none. */
type TraceIds = {
  clientRequestId?: string
  msRequestId?: string
  oktaRequestId?: string
  tokenId?: string
}

/** For one request to the provider, or for a code with all its polls. */
export type RequestTrace = {
  /** Sent with each request, as Entra ID and the gateway take it: their logs name it. */
  clientRequestId: string
  /** The last answer counts: that of the poll which brought the tokens. */
  noteAnswer(headers: Headers): void
  /** Whom a validated ID token names, whatever is thought of them. */
  notePerson(person: { userKey: string; tokenId: string | null }): void
  ids(): TraceIds
  userKey(): string | null
}

/** What a header must look like, so that nothing else than an id is ever taken from one. */
const ANSWERED = [
  ['msRequestId', 'x-ms-request-id', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i],
  ['oktaRequestId', 'x-okta-request-id', /^[\w@-]{8,64}$/],
] as const

const TOKEN_ID = /^[\w.-]{1,64}$/

export function startTrace(): RequestTrace {
  const clientRequestId = randomUUID()
  let ids: TraceIds = { clientRequestId }
  let userKey: string | null = null
  return {
    clientRequestId,
    noteAnswer(headers) {
      for (const [name, header, shape] of ANSWERED) {
        const value = headers.get(header)?.trim()
        if (value !== undefined && shape.test(value)) ids = { ...ids, [name]: value }
      }
    },
    notePerson(person) {
      ;({ userKey } = person)
      if (person.tokenId !== null && TOKEN_ID.test(person.tokenId)) ids = { ...ids, tokenId: person.tokenId }
    },
    ids: () => ids,
    userKey: () => userKey,
  }
}
