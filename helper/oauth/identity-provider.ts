/** The company's identity provider, reached through openid-client: discovery, codes, tokens, revocation. Never logs a token. */
import * as openid from 'openid-client'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { KioskError, type KioskErrorCode } from '../../contract/kiosk-error.ts'
import { isLoopbackHttp } from '../../contract/web-address.ts'
import { type AuditRecorder, NO_AUDIT } from '../audit/audit-trail.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import type { Log } from '../log.ts'
import { tolerateDeviceAnswer } from './device-answer.ts'
import { type IssuedTokens, watchIssuedTokens } from './issued-tokens.ts'
import { deviceEndpointOf } from './provider-endpoints.ts'
import { readProviderFailure } from './provider-error.ts'
import { asServerMetadata, type KeySet, keepProviderKnowledge } from './provider-knowledge.ts'
import { type ProviderNetwork, REQUEST_TIMEOUT_MS } from './provider-network.ts'
import { PROVIDER_PROFILES, type ProviderProfile } from './provider-profiles.ts'
import { rehearseExchange } from './rehearsal.ts'
import { type RequestTrace, startTrace } from './request-trace.ts'
import { createServerClock } from './server-clock.ts'
import { readSessionTokens, type SessionTokens, type TokenAnswer } from './session-tokens.ts'
import { revokeTokens } from './token-revocation.ts'

/** A key set is fetched again after these waits when a token was issued already: its code is spent. */
const KEY_SET_RETRY_MS = [250, 1_000]
/** openid-client takes a key set for current up to 300 s, and fetches one of 60 s anew for a key that is missing in it. */
const KEY_SET_AGE_SECONDS = 61
/** Beyond this the kiosk's clock is not corrected by the provider's, but set right by an operator. */
const MOST_SKEW_MS = 12 * 3_600_000

const DEVICE_CODE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

/** What diagnostics may tell of the provider. Milliseconds; null where not known yet. */
type ProviderFacts = { metadataAgeMs: number | null; keySetAgeMs: number | null; clockSkewMs: number | null }

export type IdentityProvider = {
  profile: ProviderProfile
  /** Gets to know the provider before anybody waits for it. Never fails: a code request will say what is wrong. */
  warmUp(): Promise<void>
  /**
   * RFC 8628 §3.1, §3.2.
   *
   * @param signal ends the wait for the gateway; a request that has left is waited for
   */
  requestCode(trace?: RequestTrace, signal?: AbortSignal): Promise<openid.DeviceAuthorizationResponse>
  /** A poll leaves after `inMs`. */
  expectPoll(inMs: number): void
  /** One poll, RFC 8628 §3.4; it does not leave once the code is dead. */
  redeem(code: { deviceCode: string; expiresAtMs: number }, trace?: RequestTrace): Promise<SessionTokens>
  refresh(tokens: SessionTokens & { refreshToken: string }, trace?: RequestTrace): Promise<SessionTokens>
  /** RFC 7009; answers false where the provider advertises no endpoint (Entra ID has none). */
  revoke(tokens: IssuedTokens, trace?: RequestTrace): Promise<boolean>
  /** Asks for a document, whatever is known, for the date of the answer. Never fails. */
  askTime(): Promise<void>
  /** By how much the provider's clock is ahead, by any answer of it over TLS; null before one. */
  skewMs(): number | null
  /** Whether the provider advertises an endpoint for that; false while it is not known. */
  canRevoke(): boolean
  facts(): ProviderFacts
  /** Resolves when refused tokens are revoked, as far as one more try goes, and closes every connection. */
  close(): Promise<void>
}

/** @returns null for what is no JSON */
async function readJson(response: Response): Promise<unknown> {
  return response.json().catch(() => null)
}

async function holdsKeySet(response: Response): Promise<boolean> {
  const body = response.ok ? await readJson(response.clone()) : null
  return typeof body === 'object' && body !== null && 'keys' in body
}

/**
 * Requests throw what openid-client throws; `readProviderFailure` reads it. Tokens that were issued but are refused, be it
 * for their signature, tenant, user or scopes, are revoked, and the call ends with a KioskError: the code is spent by then.
 *
 * @param knowledgePath where the provider's public documents are kept over a restart; null keeps none
 */
export function createIdentityProvider(options: {
  identity: KioskConfig['identity']
  access: KioskConfig['access']
  /** A last word on who signs in, by the claims of a validated ID token; throws a KioskError. */
  admit?: (claims: Readonly<Record<string, unknown>>) => void
  network: ProviderNetwork
  clock: KioskClock
  log: Log
  knowledgePath: string | null
  /** Tokens have come into memory, whatever becomes of them. */
  onTokens: () => void
  audit?: AuditRecorder
}): IdentityProvider {
  const { identity, access, admit = () => {}, network, clock, log, audit = NO_AUDIT } = options
  const { issuer, clientId } = identity
  const profile = PROVIDER_PROFILES[identity.provider]
  const scope = identity.scopes.join(' ')
  const serverClock = createServerClock({ nowMs: clock.nowMs, epochMs: Date.now })
  /** By documents, which a cache may have kept without saying so: for orders alone, while nothing better is known. */
  const documentClock = createServerClock({ nowMs: clock.nowMs, epochMs: Date.now })
  const closing = new AbortController()
  const revocations = new Set<Promise<unknown>>()
  const tokenWatch = watchIssuedTokens(options.onTokens)
  const knowledge = keepProviderKnowledge({
    owner: { issuer, clientId },
    fetchMetadata: discover,
    fetchKeySet,
    path: options.knowledgePath,
    log,
  })

  /** As Entra ID and the gateway take it; nobody else minds. */
  function traced(init: RequestInit, { clientRequestId }: RequestTrace): RequestInit {
    const headers = new Headers(init.headers)
    headers.set('client-request-id', clientRequestId)
    return { ...init, headers }
  }

  async function fetchOnce(url: string, init: RequestInit, trace?: RequestTrace): Promise<Response> {
    let sentAtMs = clock.nowMs()
    const response = await network.fetch(url, trace ? traced(init, trace) : init, () => {
      sentAtMs = clock.nowMs()
    })
    trace?.noteAnswer(response.headers)
    // Documents may come from a cache, with the time at which they were put there.
    const judged = init.method === 'POST' ? serverClock : documentClock
    judged.note(response.headers, sentAtMs, clock.nowMs())
    return response
  }

  async function fetchPatiently(url: string, init: RequestInit): Promise<Response> {
    for (const waitMs of KEY_SET_RETRY_MS) {
      const response = await fetchOnce(url, init).catch(() => null)
      if (response && (await holdsKeySet(response))) return response
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
    return fetchOnce(url, init)
  }

  const watchedFetch = async (
    url: string,
    request: openid.CustomFetchOptions,
    trace?: RequestTrace,
  ): Promise<Response> => {
    // The library's own options, which the DOM's types describe a little otherwise.
    const init = request as RequestInit
    const metadata = knowledge.metadata.known()?.value
    if (url === metadata?.jwks_uri) {
      const response = await fetchPatiently(url, init)
      knowledge.keySet.note(await readJson(response.clone()))
      return response
    }
    const response = await fetchOnce(url, init, trace)
    if (url === metadata?.device_authorization_endpoint && response.status === 200) {
      const { status, headers } = response
      return new Response(tolerateDeviceAnswer(await response.text()), { status, headers })
    }
    if (url === metadata?.token_endpoint) await tokenWatch.note(response)
    return response
  }

  async function discover(): Promise<unknown> {
    const found = await openid.discovery(new URL(issuer), clientId, undefined, openid.None(), {
      [openid.customFetch]: (url, request) => watchedFetch(url, request),
      timeout: REQUEST_TIMEOUT_MS / 1000,
      execute: isLoopbackHttp(issuer) ? [openid.allowInsecureRequests] : [],
    })
    const metadata = { ...found.serverMetadata() }
    const deviceEndpoint = deviceEndpointOf(metadata, issuer, profile)
    if (deviceEndpoint === null) {
      throw new KioskError(
        'provider-refused-client',
        `${issuer} advertises no device_authorization_endpoint: enable the device authorization grant there`,
      )
    }
    return { ...metadata, device_authorization_endpoint: deviceEndpoint }
  }

  async function fetchKeySet(): Promise<unknown> {
    const { jwks_uri } = await knowledge.metadata.get()
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
    const response = await fetchOnce(jwks_uri, { headers: { accept: 'application/json' }, signal })
    if (response.ok) return readJson(response)
    throw new openid.ClientError(`the key set’s address answered ${response.status}`, { cause: response })
  }

  /** openid-client's view of the provider as it is known now. */
  async function connection(trace?: RequestTrace, keySet?: KeySet): Promise<openid.Configuration> {
    const metadata = asServerMetadata(await knowledge.metadata.get())
    const skewMs = serverClock.skewMs() ?? 0
    const clockSkewSeconds = Math.abs(skewMs) <= MOST_SKEW_MS ? Math.round(skewMs / 1000) : 0
    const client = { [openid.clockSkew]: clockSkewSeconds }
    const configuration = new openid.Configuration(metadata, clientId, client, openid.None())
    configuration[openid.customFetch] = (url, request) => watchedFetch(url, request, trace)
    configuration.timeout = REQUEST_TIMEOUT_MS / 1000
    // TLS alone would vouch for an ID token; the kiosk also checks its signature.
    openid.enableNonRepudiationChecks(configuration)
    if (isLoopbackHttp(issuer)) openid.allowInsecureRequests(configuration)
    const uat = Math.floor(Date.now() / 1000) - KEY_SET_AGE_SECONDS
    if (keySet) openid.setJwksCache(configuration, { jwks: keySet, uat })
    return configuration
  }

  const revoke: IdentityProvider['revoke'] = async ({ accessToken, refreshToken }, trace) => {
    const configuration = await connection(trace)
    if (configuration.serverMetadata().revocation_endpoint === undefined) return false
    await openid.tokenRevocation(configuration, refreshToken ?? accessToken)
    return true
  }

  /** The screen does not wait for it. */
  function revokeBehind(tokens: IssuedTokens, user: string | null): void {
    const revocation = revokeTokens({ provider: { revoke }, tokens, user, clock, signal: closing.signal, log, audit })
    revocations.add(revocation)
    void revocation.finally(() => revocations.delete(revocation))
  }

  function refusalOf(error: unknown): KioskError {
    const { kind, trouble } = readProviderFailure(error)
    const isOfTime = error instanceof openid.ClientError && error.code === 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED'
    const isClockWrong = isOfTime && Math.abs(serverClock.skewMs() ?? 0) > MOST_SKEW_MS
    let code: KioskErrorCode = trouble.code
    if (code === 'provider-answer-invalid' || code === 'unexpected') code = 'token-invalid'
    // The keys could not be had. Whatever the reason, another poll would not help: the code is spent.
    else if (kind === 'transient') code = 'provider-unavailable'
    const message = 'the provider issued tokens that cannot be accepted; they are being revoked'
    return new KioskError(isClockWrong ? 'clock-wrong' : code, message, { cause: error })
  }

  /** One exchange at the token endpoint, after which every token is either trusted or revoked. */
  async function exchange(
    request: (configuration: openid.Configuration) => Promise<TokenAnswer>,
    trace: RequestTrace = startTrace(),
    previous?: SessionTokens,
  ): Promise<SessionTokens> {
    // Before the request: a code must not be spent on an answer that cannot be checked.
    const configuration = await connection(trace, await knowledge.keySet.get())
    const { result, issued } = tokenWatch.during(() => request(configuration))
    try {
      return readSessionTokens(await result, {
        identity,
        access,
        admit,
        onPerson: trace.notePerson,
        nowMs: clock.nowMs(),
        providerEpochMs: Date.now() + (serverClock.skewMs() ?? 0),
        previous,
      })
    } catch (error) {
      const tokens = issued()
      if (!tokens) throw error
      revokeBehind(tokens, trace.userKey())
      throw refusalOf(error)
    }
  }

  return {
    profile,
    async warmUp() {
      await knowledge.metadata
        .get()
        .then(() => knowledge.keySet.refreshBehind())
        .catch((error: unknown) => log.warn({ err: error }, 'the provider cannot be looked up yet'))
      await rehearseExchange(DEVICE_CODE_GRANT)
    },
    async requestCode(trace, signal) {
      // Before anything else: the gateway's last word may be some minutes old.
      await network.admit(signal)
      try {
        const answer = await openid.initiateDeviceAuthorization(await connection(trace), { scope })
        knowledge.metadata.refreshBehind()
        knowledge.keySet.refreshBehind()
        return answer
      } catch (error) {
        // Endpoints may have moved since they were looked up.
        if (readProviderFailure(error).trouble.code === 'provider-answer-invalid') knowledge.metadata.distrust()
        throw error
      }
    },
    expectPoll(inMs) {
      const endpoint = knowledge.metadata.known()?.value.token_endpoint
      if (endpoint !== undefined) network.expectRequest(endpoint, inMs)
    },
    redeem: ({ deviceCode, expiresAtMs }, trace) =>
      exchange((configuration) => {
        if (clock.nowMs() < expiresAtMs)
          return openid.genericGrantRequest(configuration, DEVICE_CODE_GRANT, { device_code: deviceCode })
        throw new KioskError('provider-timeout', 'the code died while its poll waited for the provider’s keys')
      }, trace),
    refresh: (tokens, trace) =>
      exchange((configuration) => openid.refreshTokenGrant(configuration, tokens.refreshToken), trace, tokens),
    revoke,
    async askTime() {
      const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
      const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`
      await fetchOnce(url, { headers: { 'cache-control': 'no-cache' }, signal })
        .then((response) => response.body?.cancel())
        .catch((error: unknown) => log.warn({ err: error }, 'the provider does not tell the time'))
    },
    skewMs: () => serverClock.skewMs() ?? documentClock.skewMs(),
    canRevoke: () => knowledge.metadata.known()?.value.revocation_endpoint !== undefined,
    facts: () => ({
      metadataAgeMs: knowledge.metadata.ageMs(),
      keySetAgeMs: knowledge.keySet.ageMs(),
      clockSkewMs: serverClock.skewMs(),
    }),
    async close() {
      closing.abort()
      await Promise.allSettled(revocations)
      await network.close()
    },
  }
}
