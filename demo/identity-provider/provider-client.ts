/** A bare device for the tests: asks and polls by hand, where a real client would wait its turn. */
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { z } from 'zod'
import type { IdentityProvider } from './identity-provider.ts'
import { DEVICE_CODE_GRANT_TYPE, PROVIDER_PATHS } from './provider-request.ts'

export const KIOSK_SCOPE = 'openid profile offline_access'

export type Answer = { status: number; headers: Headers; text: string; body: Record<string, unknown> }

const jsonObjectSchema = z
  .string()
  .transform((text) => (text.startsWith('{') ? JSON.parse(text) : {}))
  .pipe(z.record(z.string(), z.unknown()))
const codeSchema = z.object({
  device_code: z.string(),
  user_code: z.string(),
  verification_uri: z.url(),
  verification_uri_complete: z.url().optional(),
})

/** Makes this process trust a provider, beside what it trusted before. */
export function trust({ ca }: IdentityProvider): void {
  setDefaultCACertificates([...getCACertificates('default'), ca.caPem])
}

export async function postForm(
  { issuer }: IdentityProvider,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const answer = await fetch(issuer + path, { method: 'POST', body: new URLSearchParams(fields), headers })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, text, body: jsonObjectSchema.parse(text) }
}

export async function askForCode(provider: IdentityProvider): Promise<z.infer<typeof codeSchema>> {
  const fields = { client_id: provider.clientId, scope: KIOSK_SCOPE }
  return codeSchema.parse((await postForm(provider, PROVIDER_PATHS.deviceAuthorization, fields)).body)
}

export function poll(provider: IdentityProvider, deviceCode: string, clientId = provider.clientId): Promise<Answer> {
  const fields = { client_id: clientId, grant_type: DEVICE_CODE_GRANT_TYPE, device_code: deviceCode }
  return postForm(provider, PROVIDER_PATHS.token, fields)
}

export function refresh(provider: IdentityProvider, refreshToken: string): Promise<Answer> {
  const fields = { client_id: provider.clientId, grant_type: 'refresh_token', refresh_token: refreshToken }
  return postForm(provider, PROVIDER_PATHS.token, fields)
}
