/** Every request as it came to the front, with what its client got. Holds no device code and no token. */
import type { Journal } from '../identity-provider/journal.ts'
import { PROVIDER_PATHS } from '../identity-provider/provider-request.ts'

export type Endpoint = 'discovery' | 'jwks' | 'device' | 'token' | 'revocation' | 'other'

export type SeenRequest = {
  endpoint: Endpoint
  method: string
  /** Without its query. */
  path: string
  /** When the head of the request arrived, on `performance.now()`. */
  atMs: number
  grantType: string | null
  /** Of the form, of the form's device code, or of the answer. */
  userCode: string | null
  /**
   * What the client got, or `null` until that is settled. `status` is 0 when no answer began to leave; `error` is the OAuth
   * error of the body, `fault` the kind of the fault that had a part in it.
   */
  outcome: { status: number; error: string | null; fault: string | null } | null
}

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  '/.well-known/openid-configuration': 'discovery',
  '/jwks': 'jwks',
  [PROVIDER_PATHS.deviceAuthorization]: 'device',
  [PROVIDER_PATHS.token]: 'token',
  [PROVIDER_PATHS.revocation]: 'revocation',
}

export type RequestLog = {
  requests: SeenRequest[]
  /** Notes a request whose head has arrived. */
  noteHead(method: string, path: string): SeenRequest
  /** Notes what its form says. */
  noteForm(seen: SeenRequest, form: URLSearchParams): void
  /** How many requests of this endpoint and grant type came, this one included. */
  countTurn(seen: SeenRequest): number
  countFromOne(): void
}

export function createRequestLog(journal: Journal): RequestLog {
  const requests: SeenRequest[] = []
  const turns = new Map<string, number>()
  return {
    requests,
    noteHead(method, path) {
      const endpoint = ENDPOINTS[path] ?? 'other'
      const atMs = performance.now()
      const seen: SeenRequest = { endpoint, method, path, atMs, grantType: null, userCode: null, outcome: null }
      requests.push(seen)
      return seen
    },
    noteForm(seen, form) {
      seen.grantType = form.get('grant_type')
      seen.userCode = journal.userCodeOf(form.get('device_code') ?? '') ?? form.get('user_code')
    },
    countTurn({ endpoint, grantType }) {
      const key = `${endpoint} ${grantType ?? ''}`
      const turn = (turns.get(key) ?? 0) + 1
      turns.set(key, turn)
      return turn
    },
    countFromOne: () => turns.clear(),
  }
}
