/** Makes a portal a token for whomever it names, as PymtHouse does: its word alone says who. Never one without `users:token`. */
import { randomBytes } from 'node:crypto'
import type Provider from 'oidc-provider'
import type { GrantLedger } from './grant-ledger.ts'
import type { ProviderMiddleware, ProviderRequest } from './provider-request.ts'
import { findStaffAccount } from './staff-accounts.ts'

/** Behind the issuer; `{user}` as in the portal's settings. */
export const USER_TOKEN_PATH = '/users/{user}/token'
const USER_TOKEN_PATTERN = /^\/users\/([^/]+)\/token$/

/** @returns the token with which a portal speaks for itself, where it has one of these scopes */
export async function portalTokenOf(provider: Provider, context: ProviderRequest, scopes: readonly string[]) {
  const [, value] = /^Bearer (\S+)$/.exec(context.get('authorization')) ?? []
  const token = value === undefined ? undefined : await provider.ClientCredentials.find(value)
  const granted = token?.isValid ? (token.scope?.split(' ') ?? []) : []
  return granted.some((name) => scopes.includes(name)) ? token : undefined
}

export function issueUserTokens(provider: Provider, ledger: GrantLedger): ProviderMiddleware {
  return async (context, next) => {
    const [, user] = USER_TOKEN_PATTERN.exec(context.path) ?? []
    if (user === undefined || context.method !== 'POST') return next()
    const token = await portalTokenOf(provider, context, ['users:token'])
    const account = token && findStaffAccount(decodeURIComponent(user))
    if (!account) {
      context.status = token ? 404 : 401
      context.body = { error: token ? 'not_found' : 'invalid_token' }
      return
    }
    const value = randomBytes(32).toString('base64url')
    ledger.noteUserToken(value, account.accountId)
    context.body = { access_token: value, token_type: 'Bearer', expires_in: 900 }
  }
}
