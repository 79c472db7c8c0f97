/** The demo's reception API: who is on duty, and who visits today. Answers nobody without a token for it and its scopes. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { z } from 'zod'
import { STAFF_ACCOUNTS } from '../identity-provider/staff-accounts.ts'
import type { TokenCheck, TokenClaims } from './token-check.ts'

export const READ_SCOPE = 'visits.read'
export const WRITE_SCOPE = 'visits.write'

const line = z.string().trim().min(1).max(80)
const checkInSchema = z.strictObject({ name: line, company: z.string().trim().max(80), host: line })
type Visit = z.infer<typeof checkInSchema> & { id: number; arrivedAt: string; leftAt: string | null }

/** Every request that came, with what it carried: the tests read it. */
export type ApiRequest = { method: string; path: string; authorization: string | undefined; status: number }

export type VisitsApi = {
  requests: readonly ApiRequest[]
  /** Refuses from now on every token that it has seen, as an API does whose operator revoked them. */
  refuseKnownTokens(): void
  answer(request: IncomingMessage, response: ServerResponse): void
}

class Refusal extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

function firstVisits(): Visit[] {
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
  return [
    { id: 1, name: 'Priya Raman', company: 'Northwind', host: 'Jonas Weber', arrivedAt: minutesAgo(52), leftAt: null },
    { id: 2, name: 'Tomás Rivera', company: 'Fabrikam', host: 'Mei Tanaka', arrivedAt: minutesAgo(17), leftAt: null },
  ]
}

export function createVisitsApi({ tokens, appOrigin }: { tokens: TokenCheck; appOrigin: string }): VisitsApi {
  const visits = firstVisits()
  const requests: ApiRequest[] = []
  const known = new Set<string>()
  const refused = new Set<string>()

  async function authorize(request: IncomingMessage, scope: string): Promise<TokenClaims> {
    const claims = await tokens.check(request.headers.authorization)
    if (claims === null || refused.has(claims.jti)) throw new Refusal(401, 'invalid_token')
    known.add(claims.jti)
    if (!claims.scope.split(' ').includes(scope)) throw new Refusal(403, 'insufficient_scope')
    return claims
  }

  async function checkIn(request: IncomingMessage): Promise<Visit> {
    const parsed = checkInSchema.safeParse(await json(request).catch(() => null))
    if (!parsed.success) throw new Refusal(400, 'name and host are missing')
    const visit = { ...parsed.data, id: visits.length + 1, arrivedAt: new Date().toISOString(), leftAt: null }
    visits.push(visit)
    return visit
  }

  function checkOut(id: number): Visit {
    const visit = visits.find((each) => each.id === id)
    if (!visit) throw new Refusal(404, 'no such visit')
    visit.leftAt ??= new Date().toISOString()
    return visit
  }

  async function route(request: IncomingMessage, path: string): Promise<unknown> {
    const [, leaving] = /^\/visits\/(\d+)\/leave$/.exec(path) ?? []
    switch (`${request.method} ${path}`) {
      case 'GET /me': {
        const { name, given_name: givenName, scope } = await authorize(request, READ_SCOPE)
        return { name, givenName, scopes: scope.split(' ') }
      }
      case 'GET /hosts':
        await authorize(request, READ_SCOPE)
        return STAFF_ACCOUNTS.map(({ name }) => name)
      case 'GET /visits':
        await authorize(request, READ_SCOPE)
        return visits.toReversed()
      case 'POST /visits':
        await authorize(request, WRITE_SCOPE)
        return checkIn(request)
      case `POST /visits/${leaving}/leave`:
        await authorize(request, WRITE_SCOPE)
        return checkOut(Number(leaving))
      default:
        throw new Refusal(404, 'no such page')
    }
  }

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', appOrigin).pathname
    const { method = '', headers } = request
    response.setHeader('Access-Control-Allow-Origin', appOrigin)
    response.setHeader('Vary', 'Origin')
    response.setHeader('Cache-Control', 'no-store')
    if (method === 'OPTIONS') {
      response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type')
      response.setHeader('Access-Control-Allow-Methods', 'GET, POST')
      response.writeHead(204).end()
    } else {
      const [status, body] = await route(request, path).then(
        (answer): [number, unknown] => [200, answer],
        (error: unknown): [number, unknown] =>
          error instanceof Refusal ? [error.status, { error: error.message }] : [500, { error: 'server_error' }],
      )
      if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer error="invalid_token"')
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
    }
    requests.push({ method, path, authorization: headers.authorization, status: response.statusCode })
  }

  return {
    requests,
    refuseKnownTokens() {
      for (const jti of known) refused.add(jti)
    },
    answer(request, response) {
      void respond(request, response)
    },
  }
}
