/** Binds a device's code to a person whom a company's portal has signed in (RFC 8693). Never takes a portal's word for who. */
import { createRemoteJWKSet, errors as joseErrors, jwtVerify } from 'jose'
import type Provider from 'oidc-provider'
import { errors, type KoaContextWithOIDC } from 'oidc-provider'
import { approveDeviceCode, declineDeviceCode, lookUpDeviceCode } from './decide-device-code.ts'
import type { GrantLedger } from './grant-ledger.ts'
import { APPROVING_SCOPES, initiateLoginUriOf, mayDecideCodesOf, type ThirdPartyLogin } from './portal-clients.ts'
import type { ApiResource } from './provider-configuration.ts'
import {
  DEVICE_CODE_GRANT_TYPE,
  PROVIDER_PATHS,
  type ProviderMiddleware,
  readForm,
  TOKEN_EXCHANGE_GRANT_TYPE,
} from './provider-request.ts'
import { findStaffAccount, type StaffAccount } from './staff-accounts.ts'
import { portalTokenOf } from './user-tokens.ts'

/** Names a grant by its user code; the device code stays between the device and its provider. */
const DEVICE_RESOURCE = 'urn:pmth:device_code:'
const ID_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:id_token'
const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token'
const MOST_SUBJECT_TOKEN_AGE = '10 minutes'

export type DeviceTokenExchange = { login: ThirdPartyLogin; ledger: GrantLedger; api: ApiResource | undefined }

/** Reads a company's ID token. @returns nobody for one that is forged, old or somebody else's */
function createIdTokenReader({ issuer, audience }: ThirdPartyLogin['company']) {
  const keySet = createRemoteJWKSet(new URL(`${issuer}/jwks`))
  const rules = { issuer, audience, algorithms: ['RS256'], maxTokenAge: MOST_SUBJECT_TOKEN_AGE }
  return async (idToken: string): Promise<string | undefined> => {
    try {
      return (await jwtVerify(idToken, keySet, rules)).payload.sub
    } catch (error) {
      if (!(error instanceof joseErrors.JOSEError)) throw error
      return undefined
    }
  }
}

/** @throws an OAuth error for a token that is not of the one kind that is taken here, or nobody's who is known here */
function createSubjectCheck({ subject, company }: ThirdPartyLogin, ledger: GrantLedger) {
  const readIdToken = createIdTokenReader(company)
  return async (subjectToken: string): Promise<StaffAccount> => {
    const accountId = subject === 'id-token' ? await readIdToken(subjectToken) : ledger.accountOfUserToken(subjectToken)
    const account = findStaffAccount(accountId)
    if (account) return account
    throw new errors.InvalidRequest('the subject token is not a fresh one of a person who is known here')
  }
}

/** @throws an OAuth error naming why the code cannot be decided */
async function findHandedOverCode(
  provider: Provider,
  ledger: GrantLedger,
  { userCode, portalClientId }: { userCode: string; portalClientId: string | undefined },
) {
  const found = await lookUpDeviceCode(provider, userCode)
  if (found.kind === 'expired') {
    throw new errors.CustomOIDCProviderError('expired_token', 'the code has expired')
  }
  // Opening the complete link hands a code over; typed ones stay here. It does not prove that a camera saw the code.
  if (found.kind !== 'open' || !ledger.wasHandedOver(found.code.jti)) {
    throw new errors.InvalidGrant('the code is decided, or was not handed over to this portal')
  }
  const client = await provider.Client.find(found.code.clientId ?? '')
  if (!client || initiateLoginUriOf(client) === null) throw new errors.InvalidTarget('the client has not opted in')
  if (!mayDecideCodesOf(client, portalClientId)) throw new errors.InvalidGrant('the code is of another company’s kiosk')
  return found.code
}

function textOf(params: Record<string, unknown> | undefined, name: string): string {
  const value = params?.[name]
  return typeof value === 'string' ? value : ''
}

/** Adds the token exchange to a provider, and watches for the poll that an approval answers. */
export function addDeviceTokenExchange(provider: Provider, { login, ledger, api }: DeviceTokenExchange): void {
  const checkSubject = createSubjectCheck(login, ledger)
  const subjectType = login.subject === 'id-token' ? ID_TOKEN_TYPE : ACCESS_TOKEN_TYPE

  async function exchange(context: KoaContextWithOIDC): Promise<void> {
    const { client, params } = context.oidc
    const scopes = client?.scope?.split(' ') ?? []
    const scope = scopes.find((name) => APPROVING_SCOPES.includes(name))
    if (!client || scope === undefined) throw new errors.InvalidScope(`needs one of ${APPROVING_SCOPES}`, '')
    const resource = textOf(params, 'resource')
    if (!resource.startsWith(DEVICE_RESOURCE)) throw new errors.InvalidTarget('the resource names no device grant')
    if (textOf(params, 'subject_token_type') !== subjectType) throw new errors.InvalidRequest(`wants a ${subjectType}`)
    const requested = textOf(params, 'requested_token_type') || ACCESS_TOKEN_TYPE
    if (requested !== ACCESS_TOKEN_TYPE) throw new errors.InvalidRequest('gives nothing but an access token')
    if (params?.audience !== undefined) throw new errors.InvalidTarget('the resource alone says what it is for')
    if (params?.actor_token !== undefined) throw new errors.InvalidRequest('knows no actor')
    const subjectToken = textOf(params, 'subject_token')
    const account = await checkSubject(subjectToken)
    const userCode = resource.slice(DEVICE_RESOURCE.length)
    const code = await findHandedOverCode(provider, ledger, { userCode, portalClientId: client.clientId })
    if (!ledger.useSubjectToken(subjectToken)) throw new errors.InvalidRequest('the subject token was used before')
    if (!ledger.claim(code.jti, account.accountId)) throw new errors.InvalidGrant('the code is decided')
    try {
      await approveDeviceCode(provider, { userCode, accountId: account.accountId, api })
    } catch (error) {
      ledger.release(code.jti)
      throw error
    }
    // Good for one thing: asking whether this grant's device has its tokens. The person's own go to the device alone.
    const statusToken = new provider.ClientCredentials({ client, scope: 'device:status' })
    const value = await statusToken.save()
    ledger.noteStatusToken(value, code.jti)
    context.body = {
      access_token: value,
      issued_token_type: ACCESS_TOKEN_TYPE,
      token_type: 'Bearer',
      expires_in: statusToken.expiration,
      scope: statusToken.scope,
    }
  }

  const parameters = [
    'subject_token',
    'subject_token_type',
    'resource',
    'requested_token_type',
    'audience',
    'actor_token',
  ]
  provider.registerGrantType(TOKEN_EXCHANGE_GRANT_TYPE, exchange, parameters)
  provider.on('grant.success', ({ oidc, res }) => {
    const { DeviceCode } = oidc.entities
    if (oidc.params?.grant_type !== DEVICE_CODE_GRANT_TYPE || !DeviceCode) return
    res.once('finish', () => ledger.noteAnswer(DeviceCode.jti))
  })
}

/** RFC 7662 §2.2 lets a provider say more: whether the device of the grant has been answered. */
export function tellDeviceGrantStatus(ledger: GrantLedger): ProviderMiddleware {
  return async (context, next) => {
    await next()
    if (context.path !== PROVIDER_PATHS.introspection || context.status !== 200) return
    const answered = ledger.isAnswered((await readForm(context.req)).get('token') ?? '')
    const answer: unknown = context.body
    // An inactive answer says nothing more (RFC 7662 §2.2): so is one to a client that the token is not for.
    const isActive = typeof answer === 'object' && answer !== null && 'active' in answer && answer.active === true
    if (answered === undefined || !isActive) return
    context.body = { ...answer, device_grant_answered: answered }
  }
}

/** Lets a portal say no for somebody who pressed Cancel there: `POST /device/decline` with a token of its own. */
export function declineForPortals(provider: Provider, ledger: GrantLedger): ProviderMiddleware {
  return async (context, next) => {
    if (context.path !== PROVIDER_PATHS.deviceDecline) return next()
    const token = await portalTokenOf(provider, context, APPROVING_SCOPES)
    if (context.method !== 'POST' || !token) {
      context.status = 401
      context.body = { error: 'invalid_token' }
      return
    }
    const userCode = (await readForm(context.req)).get('user_code') ?? ''
    try {
      await findHandedOverCode(provider, ledger, { userCode, portalClientId: token.clientId })
    } catch (error) {
      if (!(error instanceof errors.OIDCProviderError)) throw error
      context.status = 400
      context.body = { error: error.error }
      return
    }
    await declineDeviceCode(provider, userCode)
    context.status = 204
  }
}
