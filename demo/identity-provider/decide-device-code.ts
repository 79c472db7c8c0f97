/** A person's yes or no without a browser, as oidc-provider's own pages write it down. Never decides a code twice. */
import type Provider from 'oidc-provider'
import type { ApiResource } from './provider-configuration.ts'

type DeviceCode = NonNullable<Awaited<ReturnType<Provider['DeviceCode']['findByUserCode']>>>

/** What can be said of a user code, as a person types it: with or without its dash, in any case. */
export type DeviceCodeLookup = { kind: 'open' | 'expired' | 'decided'; code: DeviceCode } | { kind: 'unknown' }

export async function lookUpDeviceCode(provider: Provider, userCode: string): Promise<DeviceCodeLookup> {
  const normalisedCode = userCode.toUpperCase().replace(/\W/g, '')
  const code = await provider.DeviceCode.findByUserCode(normalisedCode, { ignoreExpiration: true })
  if (!code) return { kind: 'unknown' }
  if (code.isExpired) return { kind: 'expired', code }
  if (code.error !== undefined || code.accountId !== undefined || code.inFlight) return { kind: 'decided', code }
  return { kind: 'open', code }
}

async function findOpenCode(provider: Provider, userCode: string): Promise<DeviceCode> {
  const found = await lookUpDeviceCode(provider, userCode)
  switch (found.kind) {
    case 'open':
      return found.code
    case 'unknown':
      throw new Error(`no code ${userCode} was issued here`)
    case 'expired':
      throw new Error(`the code ${userCode} has expired`)
    case 'decided':
      throw new Error(`the code ${userCode} is decided`)
  }
}

/**
 * Binds a code to an account, with every scope its device asked for, in a grant of its own.
 *
 * @param api what the tokens are for besides the provider itself
 */
export async function approveDeviceCode(
  provider: Provider,
  { userCode, accountId, api }: { userCode: string; accountId: string; api: ApiResource | undefined },
): Promise<void> {
  const code = await findOpenCode(provider, userCode)
  const scope = String(code.params?.scope ?? '')
  const grant = new provider.Grant({ clientId: code.clientId ?? '', accountId })
  grant.addOIDCScope(scope)
  if (api) grant.addResourceScope(api.audience, api.scopes.join(' '))
  const grantId = await grant.save()
  Object.assign(code, { accountId, grantId, scope, authTime: Math.floor(Date.now() / 1000) })
  if (api) Object.assign(code, { resource: api.audience })
  await code.save()
}

export async function declineDeviceCode(provider: Provider, userCode: string): Promise<void> {
  const code = await findOpenCode(provider, userCode)
  Object.assign(code, { error: 'access_denied', errorDescription: 'the person declined' })
  await code.save()
}
