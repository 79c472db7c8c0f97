/** The demo's real provider behind a front that fails by script, for tests and measurements. Never listens beyond this machine. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { z } from 'zod'
import { assembleProvider, prepareProviderParts } from '../identity-provider/assemble-provider.ts'
import type { IdentityProvider, IdentityProviderOptions } from '../identity-provider/identity-provider.ts'
import { createThrowawayCa } from '../identity-provider/throwaway-ca.ts'
import type { Fault, FaultScript } from './fault.ts'
import { openFront } from './front.ts'
import { CAPTIVE_PORTAL, type Exchange, type Played, playFault, send } from './play-fault.ts'
import { type ProviderAnswer, readJsonBody, withJsonBody } from './provider-answer.ts'
import { createRequestLog, type SeenRequest } from './request-log.ts'
import { createTokenForge } from './token-forge.ts'
import { openUpstream } from './upstream.ts'

export type { Fault, FaultScript } from './fault.ts'
export type { Endpoint, SeenRequest } from './request-log.ts'

export type HostileProvider = IdentityProvider & {
  /** Every request in the order of its arrival; also those that the provider never heard of. */
  requests: SeenRequest[]
  /** From now on; `null` for no faults. Turns count from 1 again. */
  play(script: FaultScript | null): void
  /** Signs with a new key from now on; the old one leaves the key set. */
  rotateKeys(): Promise<void>
  /** While false, connections are refused; open ones are cut. */
  setListening(on: boolean): Promise<void>
  /**
   * The provider's clock runs this far ahead (negative: behind), as its `Date` header says too. Of its tokens only the ID
   * tokens bear dates: `iat`, `exp`, `nbf`, `auth_time`.
   */
  setClockSkew(seconds: number): void
}

const DEFAULTS: IdentityProviderOptions = {
  intervalSeconds: 1,
  codeLifetimeSeconds: 300,
  accessTokenLifetimeSeconds: 600,
  entraLike: false,
}

/** A page that is always there, so that whoever follows a redirect to it meets a portal. */
export const CAPTIVE_PORTAL_PATH = '/captive-portal'

const answeredSchema = z.object({ error: z.string().nullish(), user_code: z.string().nullish() }).catch({})
const tokensSchema = z.object({
  access_token: z.string().optional(),
  refresh_token: z.string().optional(),
  id_token: z.string().optional(),
})

/** Starts a provider that does nothing wrong until it is told to. */
export async function startHostileProvider(options: Partial<IdentityProviderOptions> = {}): Promise<HostileProvider> {
  const settings = { ...DEFAULTS, ...options }
  const ca = await createThrowawayCa()
  const parts = await prepareProviderParts()
  const front = await openFront({ port: settings.port ?? 0, cert: ca.serverCertificatePem, key: ca.serverKeyPem })
  const provider = assembleProvider(`https://localhost:${settings.publicPort ?? front.port}`, parts, {
    ...settings,
    behindProxy: true,
  })
  const { issuer, clientId, staff, journal, setOutage, approve, decline, rotateKeys } = provider
  const upstream = openUpstream(provider.answer)
  const forge = createTokenForge(provider.signingKey)
  const log = createRequestLog(journal)
  const running = new Set<Promise<void>>()
  let script: FaultScript | null = null
  let skewSeconds = 0

  async function onProviderClock(answer: ProviderAnswer): Promise<ProviderAnswer> {
    const body = skewSeconds === 0 ? null : readJsonBody(answer.body)
    if (typeof body?.id_token !== 'string') return answer
    return withJsonBody(answer, { ...body, id_token: await forge.shiftClock(body.id_token, skewSeconds) })
  }

  function chooseFault(seen: SeenRequest): Fault | null {
    const { endpoint, grantType, userCode } = seen
    const approved = userCode !== null && journal.approvals.some((approval) => approval.userCode === userCode)
    return script?.({ endpoint, grantType, turn: log.countTurn(seen), userCode, approved }) ?? null
  }

  function noteOutcome(seen: SeenRequest, { status, body, fault }: Played): void {
    const json = body && readJsonBody(body)
    const { error, user_code } = answeredSchema.parse(json ?? {})
    if (json) journal.noteAnswer(tokensSchema.safeParse(json).data ?? {})
    if (seen.endpoint === 'device') seen.userCode = user_code ?? null
    seen.outcome = { status, error: error ?? null, fault }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = request
    const [path = '/'] = url.split('?')
    const seen = log.noteHead(method, path)
    const gone = new AbortController()
    response.once('close', () => gone.abort())
    let fault: Fault | null = null
    try {
      const body = await buffer(request)
      log.noteForm(seen, new URLSearchParams(body.toString('utf8')))
      response.setHeader('date', new Date(Date.now() + skewSeconds * 1000).toUTCString())
      const exchange: Exchange = {
        response,
        gone: gone.signal,
        askProvider: async () => onProviderClock(await upstream.forward({ method, url, headers, body })),
        reset: () => front.reset(request),
        forge: forge.forge,
      }
      if (path === CAPTIVE_PORTAL_PATH) return noteOutcome(seen, { ...send(exchange, CAPTIVE_PORTAL), fault: null })
      fault = chooseFault(seen)
      noteOutcome(seen, await playFault(fault, exchange))
    } catch (error) {
      if (!gone.signal.aborted) journal.noteFault(error)
      const status = response.headersSent ? response.statusCode : 0
      response.destroy()
      seen.outcome = { status, error: null, fault: fault?.kind ?? null }
    }
  }

  front.onRequest((request, response) => {
    const answering = answer(request, response).finally(() => running.delete(answering))
    running.add(answering)
  })

  return {
    issuer,
    clientId,
    ca,
    staff,
    journal,
    requests: log.requests,
    play(nextScript) {
      script = nextScript
      log.countFromOne()
    },
    approve,
    decline,
    rotateKeys,
    setListening: front.setListening,
    setClockSkew(seconds) {
      skewSeconds = seconds
    },
    setOutage,
    async close() {
      await front.close()
      await Promise.all(running)
      await upstream.close()
    },
  }
}
