/** A real OIDC provider with device flow, for the demo and the tests. Never listens beyond this machine. */
import { once } from 'node:events'
import { createServer } from 'node:https'
import { assembleProvider, prepareProviderParts } from './assemble-provider.ts'
import type { Journal } from './journal.ts'
import type { ThirdPartyLogin, WebClient } from './portal-clients.ts'
import type { ApiResource } from './provider-configuration.ts'
import type { StaffAccount } from './staff-accounts.ts'
import { createThrowawayCa, type ThrowawayCa } from './throwaway-ca.ts'

export type IdentityProviderOptions = {
  /** 0, or left out, takes any free port. */
  port?: number
  /** Where clients find the provider, if not at its own port; the hostile provider's issuer names it. */
  publicPort?: number
  intervalSeconds: number
  codeLifetimeSeconds: number
  accessTokenLifetimeSeconds: number
  /** Answers as Entra ID does: its error words, no complete link, no revocation endpoint. */
  entraLike: boolean
  /** Whose access tokens are JWTs with the scopes that it knows. */
  api?: ApiResource
  /** Sends the people who scan a code to their company's portal, which signs them in. */
  thirdPartyLogin?: ThirdPartyLogin
  /** Serves a company's own web application besides. */
  webApplication?: WebClient
  /** Another provider's, where one browser is to trust both; fresh by default. */
  ca?: ThrowawayCa
  /** Of the issuer. Cookies know hosts and no ports: two providers need two of them. */
  host?: 'localhost' | '127.0.0.1'
  /** The clock of the journal and of the polling pace, in epoch milliseconds. Tokens and codes go by the real one. */
  now?: () => number
}

export type IdentityProvider = {
  issuer: string
  clientId: string
  /** With the server's key, so that the demo's other servers can be trusted by the same. */
  ca: ThrowawayCa
  staff: readonly StaffAccount[]
  journal: Journal
  /** While on, `/token`, `/device/auth` and the introspection answer 503 with HTML. */
  setOutage(on: boolean): void
  /**
   * Approves a shown code at the server, for the first of the staff unless told otherwise.
   *
   * @returns when the code was approved, on `performance.now()`
   */
  approve(userCode: string, account?: StaffAccount): Promise<{ approvedAtMs: number }>
  decline(userCode: string): Promise<void>
  /** Ends the server together with every open connection. */
  close(): Promise<void>
}

/** Starts a provider with keys, accounts and storage of its own. */
export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  const { ca = await createThrowawayCa(), host = 'localhost' } = options
  const parts = await prepareProviderParts()

  const server = createServer({ cert: ca.serverCertificatePem, key: ca.serverKeyPem })
  // The issuer holds the port, so the provider can only be made once the server listens.
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port')
  const provider = assembleProvider(`https://${host}:${address.port}`, parts, options)
  server.on('request', provider.answer)

  const { issuer, clientId, staff, journal, setOutage, approve, decline } = provider
  return {
    issuer,
    clientId,
    ca,
    staff,
    journal,
    setOutage,
    approve,
    decline,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
