/** The company's identity provider, reached through openid-client: discovery, codes, tokens, revocation. Never logs a token. */
import { AsyncLocalStorage } from 'node:async_hooks'
import * as openid from 'openid-client'
import { isLoopbackHttp, type KioskConfig } from '../../contract/kiosk-config.ts'
import { KioskError } from '../../contract/kiosk-error.ts'
import type { Log } from '../log.ts'
import { readProviderFailure } from './provider-error.ts'
import { readSessionTokens, type SessionTokens, type TokenAnswer } from './session-tokens.ts'

/** Longer than any healthy provider takes, short enough to try again. */
const REQUEST_TIMEOUT_SECONDS = 10

/** A key set is fetched again after these waits, because by then the code is spent and cannot be. */
const KEY_SET_RETRY_MS = [250, 1_000]

const DEVICE_CODE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

export type IdentityProvider = {
  /** RFC 8628 §3.1, §3.2. */
  requestCode(): Promise<openid.DeviceAuthorizationResponse>
  /** One poll, RFC 8628 §3.4. */
  redeem(deviceCode: string): Promise<SessionTokens>
  refresh(tokens: SessionTokens & { refreshToken: string }): Promise<SessionTokens>
  /** RFC 7009; answers false where the provider advertises no endpoint (Entra ID has none). */
  revoke(tokens: Pick<SessionTokens, 'accessToken' | 'refreshToken'>): Promise<boolean>
}

/** What the token endpoint gave away during one call, before anybody trusted it. */
type Issued = { tokens: Pick<SessionTokens, 'accessToken' | 'refreshToken'> | null }

async function readIssued(response: Response): Promise<Issued['tokens']> {
  const body: unknown = await response.json().catch(() => null)
  if (typeof body !== 'object' || body === null || !('access_token' in body)) return null
  const refreshToken = 'refresh_token' in body && typeof body.refresh_token === 'string' ? body.refresh_token : null
  return typeof body.access_token === 'string' ? { accessToken: body.access_token, refreshToken } : null
}

/**
 * Requests throw what openid-client throws; `readProviderFailure` reads it. Tokens that were issued but are refused, be it
 * for their signature, tenant or user, are revoked, and the call ends with a KioskError: the code is spent by then.
 */
export function createIdentityProvider(options: {
  identity: KioskConfig['identity']
  clock: { nowMs(): number }
  log: Log
  fetch: typeof fetch
}): IdentityProvider {
  const { identity, clock, log } = options
  const scope = identity.scopes.join(' ')
  const issuedDuringCall = new AsyncLocalStorage<Issued>()
  let discovering: Promise<openid.Configuration> | null = null
  let metadata: openid.ServerMetadata | null = null

  async function fetchKeySet(...request: Parameters<typeof fetch>): Promise<Response> {
    for (const waitMs of KEY_SET_RETRY_MS) {
      const response = await options.fetch(...request).catch(() => null)
      if (response && response.status < 500) return response
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
    return options.fetch(...request)
  }

  const watchedFetch: openid.CustomFetch = async (url, request) => {
    // The library's own options, which the DOM's types describe a little otherwise.
    const init = request as RequestInit
    if (url === metadata?.jwks_uri) return fetchKeySet(url, init)
    const response = await options.fetch(url, init)
    const call = issuedDuringCall.getStore()
    if (call && response.ok && url === metadata?.token_endpoint) call.tokens = await readIssued(response.clone())
    return response
  }

  async function discover(): Promise<openid.Configuration> {
    const configuration = await openid.discovery(
      new URL(identity.issuer),
      identity.clientId,
      undefined,
      openid.None(),
      {
        [openid.customFetch]: watchedFetch,
        timeout: REQUEST_TIMEOUT_SECONDS,
        execute: [
          // TLS alone would vouch for an ID token; the kiosk also checks its signature.
          openid.enableNonRepudiationChecks,
          ...(isLoopbackHttp(identity.issuer) ? [openid.allowInsecureRequests] : []),
        ],
      },
    )
    metadata = configuration.serverMetadata()
    if (metadata.device_authorization_endpoint === undefined) {
      throw new KioskError(
        'provider-refused-client',
        `${identity.issuer} advertises no device_authorization_endpoint: enable the device authorization grant there`,
      )
    }
    return configuration
  }

  function connection(): Promise<openid.Configuration> {
    discovering ??= discover().catch((error: unknown) => {
      discovering = null
      throw error
    })
    return discovering
  }

  const revoke: IdentityProvider['revoke'] = async ({ accessToken, refreshToken }) => {
    const configuration = await connection()
    if (configuration.serverMetadata().revocation_endpoint === undefined) return false
    await openid.tokenRevocation(configuration, refreshToken ?? accessToken)
    return true
  }

  /** One exchange at the token endpoint, after which every token is either trusted or revoked. */
  async function exchange(request: () => Promise<TokenAnswer>, previous?: SessionTokens): Promise<SessionTokens> {
    const issued: Issued = { tokens: null }
    try {
      const answer = await issuedDuringCall.run(issued, request)
      return readSessionTokens(answer, identity, clock.nowMs(), previous)
    } catch (error) {
      if (!issued.tokens) throw error
      await revoke(issued.tokens).catch((cause: unknown) =>
        log.warn({ err: cause }, 'refused tokens cannot be revoked'),
      )
      const { code } = readProviderFailure(error).trouble
      const known = code === 'provider-answer-invalid' || code === 'unexpected' ? 'token-invalid' : code
      throw new KioskError(known, 'the provider issued tokens that cannot be trusted; they are revoked', {
        cause: error,
      })
    }
  }

  return {
    async requestCode() {
      return openid.initiateDeviceAuthorization(await connection(), { scope })
    },
    async redeem(deviceCode) {
      const configuration = await connection()
      return exchange(() => openid.genericGrantRequest(configuration, DEVICE_CODE_GRANT, { device_code: deviceCode }))
    },
    async refresh(tokens) {
      const configuration = await connection()
      return exchange(() => openid.refreshTokenGrant(configuration, tokens.refreshToken), tokens)
    },
    revoke,
  }
}
