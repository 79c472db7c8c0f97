/** Puts oidc-provider and our middleware together, without a socket of their own. Never decides where they listen. */
import type { KeyObject } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import type { RequestListener } from 'node:http'
import Provider from 'oidc-provider'
import { approveDeviceCode, declineDeviceCode } from './decide-device-code.ts'
import { addDeviceTokenExchange, declineForPortals, tellDeviceGrantStatus } from './device-token-exchange.ts'
import { speakEntra } from './entra-dialect.ts'
import { GrantLedger } from './grant-ledger.ts'
import { handOver } from './hand-over.ts'
import type { IdentityProvider, IdentityProviderOptions } from './identity-provider.ts'
import { Journal } from './journal.ts'
import { Outage } from './outage.ts'
import { chooseAccount, guardPages, serveStylesheet } from './phone-steps.ts'
import { limitPolling, PollLimit } from './poll-limit.ts'
import { CLIENT_ID, createProviderConfiguration, generateSigningKey, toSigningJwk } from './provider-configuration.ts'
import { PROVIDER_PATHS, type ProviderMiddleware } from './provider-request.ts'
import { STAFF_ACCOUNTS } from './staff-accounts.ts'
import { issueUserTokens } from './user-tokens.ts'

/** What takes time to make, and does not depend on the issuer. */
export type ProviderParts = { signingKey: KeyObject; stylesheet: ProviderMiddleware }

export type AssembledProvider = Omit<IdentityProvider, 'ca' | 'close'> & {
  /** Answers the requests of whatever server it is put into. */
  answer: RequestListener
  /** The private key with which the provider signs now. */
  signingKey(): KeyObject
  /** Signs with a new key from now on; the old one leaves the key set. Codes and tokens stay. */
  rotateKeys(): Promise<void>
}

export async function prepareProviderParts(): Promise<ProviderParts> {
  return { signingKey: await generateSigningKey(), stylesheet: await serveStylesheet() }
}

function watchDeviceCodes(provider: Provider, journal: Journal, decided: Set<string>): void {
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

/** @param behindProxy whether `X-Forwarded-Proto` says how the client came */
export function assembleProvider(
  issuer: string,
  { signingKey: firstKey, stylesheet }: ProviderParts,
  options: IdentityProviderOptions & { behindProxy?: boolean },
): AssembledProvider {
  const {
    intervalSeconds,
    entraLike,
    now = Date.now,
    behindProxy = false,
    thirdPartyLogin,
    webApplication,
    api,
  } = options
  const configuration = createProviderConfiguration(options, entraLike)
  if (thirdPartyLogin) configuration.discovery = { device_decline_endpoint: issuer + PROVIDER_PATHS.deviceDecline }
  const journal = new Journal(now)
  const outage = new Outage()
  const pollLimit = new PollLimit({ intervalSeconds, now })
  const decided = new Set<string>()
  const ledger = new GrantLedger()

  /** The storage is part of the configuration, so that a provider with another key knows the same codes. */
  function build(signingKey: KeyObject): { provider: Provider; signingKey: KeyObject; answer: RequestListener } {
    const provider = new Provider(issuer, { ...configuration, jwks: { keys: [toSigningJwk(signingKey)] } })
    provider.proxy = behindProxy
    watchDeviceCodes(provider, journal, decided)
    provider.use(journal.recordRequests())
    if (entraLike) {
      const isKnownDeviceCode = (deviceCode: string): boolean => journal.userCodeOf(deviceCode) !== undefined
      provider.use(speakEntra({ now, isKnownDeviceCode }))
    }
    provider.use(outage.middleware())
    provider.use(limitPolling(pollLimit))
    provider.use(guardPages(webApplication))
    provider.use(stylesheet)
    provider.use(chooseAccount(provider))
    if (thirdPartyLogin) {
      addDeviceTokenExchange(provider, { login: thirdPartyLogin, ledger, api })
      provider.use(handOver(provider, ledger))
      if (thirdPartyLogin.tellsStatus) provider.use(tellDeviceGrantStatus(ledger))
      provider.use(declineForPortals(provider, ledger))
      if (thirdPartyLogin.subject === 'user-token') provider.use(issueUserTokens(provider, ledger))
    }
    return { provider, signingKey, answer: provider.callback() }
  }

  let current = build(firstKey)
  return {
    issuer,
    clientId: CLIENT_ID,
    staff: STAFF_ACCOUNTS,
    journal,
    setOutage: (on) => outage.set(on),
    async approve(userCode, account = STAFF_ACCOUNTS[0]) {
      if (!account) throw new Error('the demo directory is empty')
      await approveDeviceCode(current.provider, { userCode, accountId: account.accountId, api })
      return { approvedAtMs: performance.now() }
    },
    decline: (userCode) => declineDeviceCode(current.provider, userCode),
    answer: (request, response) => current.answer(request, response),
    signingKey: () => current.signingKey,
    async rotateKeys() {
      current = build(await generateSigningKey())
    },
  }
}
