/** What each provider's bundle is made from: the answers it needs, and the issuer they lead to. Data only. Holds no secret. */
import type { KioskConfig } from '../../contract/kiosk-config.ts'

type Provider = KioskConfig['identity']['provider']

/** Names of options of `kioskctl bundle create`; a list where one may be given several times. */
export type Answers = Partial<{
  provider: string
  brand: string
  'client-id': string
  issuer: string
  'tenant-id': string
  domain: string
  'authorization-server': string
  'project-id': string
  scope: string[]
  'require-claim': string[]
  'app-url': string
  'api-origin': string[]
  site: string
  device: string[]
  language: string[]
  logo: string
  ca: string[]
  schema: string
}>
export type AnswerName = keyof Answers

export type ProviderForm = {
  title: string
  /** What only this provider is asked for. */
  asks: readonly AnswerName[]
  /** Undefined while an answer is missing. */
  issuer(answers: Answers): string | undefined
  /** Where the client is registered, and what is to be switched on there. */
  registration: string
}

/** People paste addresses where a name is asked for. */
function hostOf(domain: string): string {
  return domain.replace(/^https?:\/\//i, '').replace(/\/.*$/, '')
}

export const PROVIDER_FORMS: Readonly<Record<Provider, ProviderForm>> = {
  // https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code
  entra: {
    title: 'Microsoft Entra ID',
    asks: ['tenant-id'],
    issuer: ({ issuer, 'tenant-id': tenantId }) =>
      issuer ?? (tenantId && `https://login.microsoftonline.com/${tenantId.toLowerCase()}/v2.0`),
    registration:
      'Register an application, allow public client flows, and let device code flow pass Conditional Access for these kiosks.',
  },
  // https://developer.okta.com/docs/guides/device-authorization-grant/main/
  okta: {
    title: 'Okta',
    asks: ['domain', 'authorization-server'],
    issuer({ issuer, domain, 'authorization-server': server = 'default' }) {
      if (issuer !== undefined || domain === undefined) return issuer
      // The organisation's own server issues tokens for Okta alone, which an API of yours cannot check.
      return server === 'org' ? `https://${hostOf(domain)}` : `https://${hostOf(domain)}/oauth2/${server}`
    },
    registration:
      'Register a native OIDC app with the grants Device Authorization and Refresh Token, and allow the first in the authorization server’s access policy.',
  },
  // https://docs.descope.com/identity-federation/applications/oidc-apps/oidc-endpoints
  descope: {
    title: 'Descope',
    asks: ['project-id'],
    issuer: ({ issuer, 'project-id': projectId }) => issuer ?? (projectId && `https://api.descope.com/${projectId}`),
    registration:
      'Create an application with device authentication, and take its client id and issuer from the console.',
  },
  pymthouse: {
    title: 'PymtHouse',
    asks: ['domain'],
    issuer: ({ issuer, domain }) => issuer ?? (domain && `https://${hostOf(domain)}/api/v1/oidc`),
    registration: 'Register a public client, whose id begins with "app_".',
  },
  oidc: {
    title: 'another OpenID provider',
    asks: ['issuer'],
    issuer: ({ issuer }) => issuer,
    registration: 'Register a public client with the device authorization grant and refresh tokens.',
  },
}

export function isProvider(name: string | undefined): name is Provider {
  return name !== undefined && Object.hasOwn(PROVIDER_FORMS, name)
}
