/** Binds or declines a kiosk's code at its provider, for the person who signed in. Never sees a device code or kiosk token. */
import { setTimeout as sleep } from 'node:timers/promises'
import * as openid from 'openid-client'
import { z } from 'zod'
import { discover, wordsOf } from './company-login.ts'
import type { PortalSettings } from './portal-settings.ts'
import type { Person } from './sign-ins.ts'

export type Binding =
  /** Without a token where the provider says nothing more of the grant: it is not kept for nothing. */
  | { kind: 'bound'; statusToken: string | null }
  | { kind: 'expired' | 'used' | 'not-allowed' | 'unavailable'; why: string }

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ID_TOKEN = 'urn:ietf:params:oauth:token-type:id_token'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
/** React to `error`, never to its description. Whatever else it is, an operator has to mend it. */
const REFUSALS: Readonly<Record<string, Exclude<Binding['kind'], 'bound'>>> = {
  expired_token: 'expired',
  invalid_grant: 'used',
  access_denied: 'not-allowed',
}
const statusSchema = z.looseObject({ active: z.boolean(), device_grant_answered: z.boolean().optional() })
const userTokenSchema = z.looseObject({ access_token: z.string() })
const declineSchema = z.url({ protocol: /^https$/ })

export async function createDeviceGrants({ kioskProvider }: PortalSettings) {
  const configuration = await discover(kioskProvider)
  const { userTokenEndpoint } = kioskProvider
  // A person's own token tells nothing of the grant, and is worth too much to be kept.
  const tellsStatus = userTokenEndpoint === null && configuration.serverMetadata().introspection_endpoint !== undefined

  /** With a token of the portal's own. */
  async function post(address: string, body: URLSearchParams | null) {
    const { access_token: token } = await openid.clientCredentialsGrant(configuration, { scope: kioskProvider.scope })
    return openid.fetchProtectedResource(configuration, token, new URL(address), 'POST', body)
  }

  /** The company's word for who the person is, or a token that the provider makes on the portal's. @returns null for a stranger */
  async function subjectOf({ idToken, subject }: Person) {
    if (userTokenEndpoint === null) return { subject_token: idToken, subject_token_type: ID_TOKEN }
    const answer = await post(userTokenEndpoint.replace('{user}', encodeURIComponent(subject)), null)
    if (answer.status === 404) return null
    if (!answer.ok) throw new Error(`${userTokenEndpoint} answered ${answer.status}`)
    return { subject_token: userTokenSchema.parse(await answer.json()).access_token, subject_token_type: ACCESS_TOKEN }
  }

  return {
    issuer: configuration.serverMetadata().issuer,
    /** RFC 8693; the resource names the grant as the kiosk's provider documents it. */
    async bind(userCode: string, person: Person): Promise<Binding> {
      try {
        const subject = await subjectOf(person)
        if (subject === null) return { kind: 'not-allowed', why: 'the provider knows no such person' }
        const asked = { ...subject, resource: kioskProvider.deviceResource + userCode }
        const { access_token: token } = await openid.genericGrantRequest(configuration, TOKEN_EXCHANGE, asked)
        return { kind: 'bound', statusToken: tellsStatus ? token : null }
      } catch (cause) {
        const known = cause instanceof openid.ResponseBodyError ? REFUSALS[cause.error] : undefined
        return { kind: known ?? 'unavailable', why: wordsOf(cause) }
      }
    },
    /** @returns false where the provider has no such way: the code runs out by itself then */
    async decline(userCode: string): Promise<boolean> {
      const endpoint = declineSchema.safeParse(configuration.serverMetadata().device_decline_endpoint)
      if (!endpoint.success) return false
      return (await post(endpoint.data, new URLSearchParams({ user_code: userCode }))).ok
    },
    /**
     * Waits for the kiosk's next poll; one question that fails is asked again.
     *
     * @returns false at the limit, and at once where the provider does not tell
     * @throws what failed last, at the limit
     */
    async isAnswered(statusToken: string | null, lookAtMs: number, signal: AbortSignal): Promise<boolean> {
      if (statusToken === null) return false
      for (;;) {
        const isOver = performance.now() >= lookAtMs || signal.aborted
        try {
          const status = statusSchema.parse(await openid.tokenIntrospection(configuration, statusToken))
          const isAnswered = status.active ? status.device_grant_answered : undefined
          if (isAnswered !== false || isOver) return isAnswered ?? false
        } catch (cause) {
          if (isOver) throw cause
        }
        await sleep(500)
      }
    },
  }
}
