/** The kiosk's provider, a company's own provider and the company's staff portal between them. Never leaves this machine. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { getRequestListener } from '@hono/node-server'
import type { PortalSettings } from '../../fleet/staff-portal/portal-settings.ts'
import { createStaffPortal, type PortalLog } from '../../fleet/staff-portal/staff-portal.ts'
import { createCleanups } from '../cleanups.ts'
import {
  type IdentityProvider,
  type IdentityProviderOptions,
  startIdentityProvider,
} from '../identity-provider/identity-provider.ts'
import type { ThirdPartyLogin } from '../identity-provider/portal-clients.ts'
import { PROVIDER_PATHS } from '../identity-provider/provider-request.ts'
import { createThrowawayCa } from '../identity-provider/throwaway-ca.ts'
import { USER_TOKEN_PATH } from '../identity-provider/user-tokens.ts'

export type StaffPortalWorld = {
  /** The kiosk's. */
  provider: IdentityProvider
  company: IdentityProvider
  /** Of the portal. */
  origin: string
  /** What the portal is told, for a second one that differs. */
  settings: PortalSettings
  close(): Promise<void>
}

export type StaffPortalOptions = IdentityProviderOptions & {
  log?: PortalLog
  /** What the kiosk's client or the portal's has registered otherwise. */
  registered?: Partial<Omit<ThirdPartyLogin, 'portal'>> & { scope?: string }
  /** What the portal is told otherwise. */
  portal?: Partial<Pick<PortalSettings, 'answerLimitSeconds' | 'brand'>>
}

const newSecret = (): string => randomBytes(32).toString('base64url')

/** Starts all three, each with its own idea of who the others are, and this process trusts their authority from then on. */
export async function startStaffPortalWorld(options: StaffPortalOptions): Promise<StaffPortalWorld> {
  const { log = () => {}, registered = {}, portal: told, ...providerOptions } = options
  const cleanups = createCleanups()
  const ca = await createThrowawayCa()
  setDefaultCACertificates([...getCACertificates('default'), ca.caPem])
  const server = createServer({ cert: ca.serverCertificatePem, key: ca.serverKeyPem })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.add(async () => {
    server.closeAllConnections()
    server.close()
  })
  const origin = `https://localhost:${(server.address() as AddressInfo).port}`

  const atCompany = { clientId: 'staff-portal', clientSecret: newSecret() }
  const company = await startIdentityProvider({
    ...providerOptions,
    ca,
    // Another host, as in life: the way back from here to the portal is a cross-site one.
    host: '127.0.0.1',
    webApplication: { ...atCompany, redirectUri: `${origin}/login/callback` },
  })
  cleanups.add(() => company.close())

  const atKioskProvider = { clientId: 'contoso-portal', clientSecret: newSecret() }
  const { scope = 'device:approve', ...registration } = registered
  const provider = await startIdentityProvider({
    ...providerOptions,
    ca,
    thirdPartyLogin: {
      initiateLoginUri: `${origin}/login/initiate`,
      optedIn: true,
      subject: 'id-token',
      tellsStatus: true,
      portal: { ...atKioskProvider, scope },
      company: { issuer: company.issuer, audience: atCompany.clientId },
      ...registration,
    },
  })
  cleanups.add(() => provider.close())

  const settings: PortalSettings = {
    origin,
    port: (server.address() as AddressInfo).port,
    tls: { cert: ca.serverCertificatePem, key: ca.serverKeyPem },
    brand: 'Contoso',
    kioskProvider: {
      ...atKioskProvider,
      issuer: provider.issuer,
      devicePage: provider.issuer + PROVIDER_PATHS.codeVerification,
      deviceResource: 'urn:pmth:device_code:',
      scope: scope === 'users:token' ? scope : 'device:approve',
      userTokenEndpoint: registered.subject === 'user-token' ? provider.issuer + USER_TOKEN_PATH : null,
    },
    company: { ...atCompany, issuer: company.issuer, scope: 'openid profile', origins: [] },
    answerLimitSeconds: 20,
    ...told,
  }
  const portal = await createStaffPortal(settings, log)
  server.on('request', getRequestListener(portal.fetch))
  return { provider, company, origin, settings, close: () => cleanups.run() }
}
