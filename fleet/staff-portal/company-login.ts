/** Signs a person in at the company's own provider: authorization code with PKCE. Keeps nothing but who it was. */
import * as openid from 'openid-client'
import { z } from 'zod'
import type { PortalSettings } from './portal-settings.ts'
import type { LoginTry, Person } from './sign-ins.ts'

export const CALLBACK_PATH = '/login/callback'

/** Display only: who the person is, the kiosk's provider reads from the signed ID token. */
const claimsSchema = z
  .looseObject({ iss: z.string(), sub: z.string(), name: z.string().optional(), email: z.string().default('') })
  .transform(({ iss, sub, name, email }) => ({ issuer: iss, subject: sub, name: name ?? (email || sub), email }))

/** For a log: what a provider said, else what failed. */
export function wordsOf(cause: unknown): string {
  const isAnswer = cause instanceof openid.ResponseBodyError || cause instanceof openid.AuthorizationResponseError
  return isAnswer ? `${cause.error} ${cause.error_description ?? ''}` : String(cause)
}

/** openid-client lets some of Microsoft's addresses name another issuer, or one with a placeholder for any tenant. */
export function refuseForeignIssuer(named: string, asked: string): void {
  if (named !== asked) throw new Error(`it calls itself ${named}: the settings must name that issuer, of one tenant`)
}

/** @throws where the provider does not answer, or is not the issuer that the settings name */
export async function discover({ issuer, clientId, clientSecret }: PortalSettings['company' | 'kioskProvider']) {
  const authentication = openid.ClientSecretBasic(clientSecret)
  try {
    const found = await openid.discovery(new URL(issuer), clientId, undefined, authentication, { timeout: 10 })
    refuseForeignIssuer(found.serverMetadata().issuer, issuer)
    return found
  } catch (cause) {
    const reason = cause instanceof Error && cause.cause instanceof Error ? ` (${cause.cause.message})` : ''
    throw new Error(`cannot use the provider ${issuer}: ${wordsOf(cause)}${reason}`, { cause })
  }
}

export async function createCompanyLogin({ origin, company }: PortalSettings) {
  const configuration = await discover(company)
  const endpoint = z.url({ protocol: /^https$/ }).parse(configuration.serverMetadata().authorization_endpoint)
  return {
    /** Browsers hold redirects after a form to its page's policy, so the login's origins are part of it. */
    formTargets: [new URL(endpoint).origin, ...company.origins],
    async start(): Promise<{ address: URL; login: LoginTry }> {
      const codeVerifier = openid.randomPKCECodeVerifier()
      const login = { state: openid.randomState(), nonce: openid.randomNonce(), codeVerifier }
      const address = openid.buildAuthorizationUrl(configuration, {
        redirect_uri: origin + CALLBACK_PATH,
        scope: company.scope,
        state: login.state,
        nonce: login.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: 'S256',
      })
      return { address, login }
    },
    /** @throws what openid-client throws for an answer that is not the one to this try */
    async finish(search: string, login: LoginTry): Promise<Person> {
      const { state: expectedState, nonce: expectedNonce, codeVerifier: pkceCodeVerifier } = login
      const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }
      // The address that the company's provider knows, whatever a Host header says.
      const tokens = await openid.authorizationCodeGrant(configuration, new URL(CALLBACK_PATH + search, origin), checks)
      return { ...claimsSchema.parse(tokens.claims()), idToken: z.string().parse(tokens.id_token) }
    },
  }
}
