/** A person's yes or no without a browser, as oidc-provider's own pages write it down. Never decides a code twice. */
import type Provider from 'oidc-provider'
import type { ApiResource } from './provider-configuration.ts'

type DeviceCode = NonNullable<Awaited<ReturnType<Provider['DeviceCode']['findByUserCode']>>>

async function findOpenCode(provider: Provider, userCode: string): Promise<DeviceCode> {
  const normalisedCode = userCode.toUpperCase().replace(/\W/g, '')
  const code = await provider.DeviceCode.findByUserCode(normalisedCode, { ignoreExpiration: true })
  if (!code) throw new Error(`no code ${userCode} was issued here`)
  if (code.isExpired) throw new Error(`the code ${userCode} has expired`)
  if (code.error !== undefined || code.accountId !== undefined) throw new Error(`the code ${userCode} is decided`)
  return code
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
