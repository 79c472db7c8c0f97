/** A real OIDC provider with device flow, for the demo and the tests. Never listens beyond this machine. */
import { type EventEmitter, once } from 'node:events'
import { createServer } from 'node:https'
import Provider from 'oidc-provider'
import { speakEntra } from './entra-dialect.ts'
import { Journal } from './journal.ts'
import { Outage } from './outage.ts'
import { chooseAccount, guardPages, serveStylesheet } from './phone-steps.ts'
import { limitPolling, PollLimit } from './poll-limit.ts'
import { CLIENT_ID, createProviderConfiguration } from './provider-configuration.ts'
import { STAFF_ACCOUNTS, type StaffAccount } from './staff-accounts.ts'
import { createThrowawayCa } from './throwaway-ca.ts'

export type IdentityProviderOptions = {
  /** 0, or left out, takes any free port. */
  port?: number
  intervalSeconds: number
  codeLifetimeSeconds: number
  accessTokenLifetimeSeconds: number
  /** Answers as Entra ID does: its error words, no complete link, no revocation endpoint. */
  entraLike: boolean
  /** The clock of the journal and of the polling pace, in epoch milliseconds. Tokens and codes go by the real one. */
  now?: () => number
}

export type IdentityProvider = {
  issuer: string
  clientId: string
  ca: { caPem: string; serverSpkiSha256: string }
  staff: readonly StaffAccount[]
  journal: Journal
  /** While on, `/token` and `/device/auth` answer 503 with HTML. */
  setOutage(on: boolean): void
  /** Ends the server together with every open connection. */
  close(): Promise<void>
}

function watchDeviceCodes(provider: Provider, journal: Journal): void {
  const decided = new Set<string>()
  provider.on('device_code.saved', ({ jti, accountId, error }) => {
    if (decided.has(jti) || (accountId === undefined && error === undefined)) return
    decided.add(jti)
    if (accountId === undefined) journal.noteDecline(jti)
    else journal.noteApproval(jti, accountId)
  })
  provider.on('server_error', (_context, error) => journal.noteFault(error))
  // Koa's own event, which oidc-provider's types leave out; without a listener Koa prints to the console.
  const koa: EventEmitter = provider
  koa.on('error', (error) => journal.noteFault(error))
}

/** Starts a provider with keys, accounts and storage of its own. */
export async function startIdentityProvider(options: IdentityProviderOptions): Promise<IdentityProvider> {
  const { port = 0, intervalSeconds, entraLike, now = Date.now } = options
  const { caPem, serverCertificatePem, serverKeyPem, serverSpkiSha256 } = await createThrowawayCa()
  const configuration = await createProviderConfiguration(options, entraLike)
  const stylesheet = await serveStylesheet()

  const server = createServer({ cert: serverCertificatePem, key: serverKeyPem })
  // The issuer holds the port, so the provider can only be made once the server listens.
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port')
  const issuer = `https://localhost:${address.port}`

  const journal = new Journal(now)
  const outage = new Outage()
  const provider = new Provider(issuer, configuration)
  watchDeviceCodes(provider, journal)
  provider.use(journal.recordRequests())
  if (entraLike) {
    const isKnownDeviceCode = (deviceCode: string): boolean => journal.userCodeOf(deviceCode) !== undefined
    provider.use(speakEntra({ now, isKnownDeviceCode }))
  }
  provider.use(outage.middleware())
  provider.use(limitPolling(new PollLimit({ intervalSeconds, now })))
  provider.use(guardPages())
  provider.use(stylesheet)
  provider.use(chooseAccount(provider))
  server.on('request', provider.callback())

  return {
    issuer,
    clientId: CLIENT_ID,
    ca: { caPem, serverSpkiSha256 },
    staff: STAFF_ACCOUNTS,
    journal,
    setOutage: (on) => outage.set(on),
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
