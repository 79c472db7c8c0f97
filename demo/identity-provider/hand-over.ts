/** Sends people who scanned a code to their company's portal. Takes its address from the client's registration alone. */
import type Provider from 'oidc-provider'
import type { KoaContextWithOIDC } from 'oidc-provider'
import { lookUpDeviceCode } from './decide-device-code.ts'
import type { GrantLedger } from './grant-ledger.ts'
import { renderSuccessPage } from './phone-pages.ts'
import { initiateLoginUriOf } from './portal-clients.ts'
import { PROVIDER_PATHS, type ProviderMiddleware, type ProviderRequest } from './provider-request.ts'
import { findStaffAccount } from './staff-accounts.ts'

/** So often a code goes to the portal from one browser: people scan again where a page tells them to. */
const MOST_HANDOVERS = 3
/** So long after the last of them the code stays on the provider's own pages. */
const HANDOVER_MEMORY_MS = 120_000

/** One for each client, so that a portal in trouble keeps nobody from another company's. */
function cookieNameOf(clientId: string): string {
  return `__Host-handed-over.${clientId}`
}

/** @returns the one code that the address came with */
function prefilledCodeOf({ method, path, query }: ProviderRequest): string | null {
  if (method !== 'GET' || path !== PROVIDER_PATHS.codeVerification) return null
  const { user_code: userCode } = query
  return typeof userCode === 'string' ? userCode : null
}

function isSignedIn(context: ProviderRequest): boolean {
  // oidc-provider has put its own view of the request there by now, and its session.
  const { oidc } = context as ProviderRequest & Partial<KoaContextWithOIDC>
  return oidc?.session?.accountId !== undefined
}

/** @returns how often this browser was sent away with that code, by its cookie */
function handoversOf(cookie: string | undefined, userCode: string | undefined): number {
  const [code, count] = cookie?.split('.') ?? []
  return code !== undefined && code === userCode ? Number(count) || 0 : 0
}

/**
 * A middleware around oidc-provider's own pages. A code is handed over a few times: its cookie, which names it and counts,
 * ends a loop of redirects between a broken portal and this provider, and lets the next code through.
 */
export function handOver(provider: Provider, ledger: GrantLedger): ProviderMiddleware {
  return async (context, next) => {
    await next()
    const userCode = prefilledCodeOf(context)
    const found = userCode === null ? null : await lookUpDeviceCode(provider, userCode)
    if (userCode === null || !found || found.kind === 'unknown' || found.code.clientId === undefined) return
    const { code, kind } = found
    const client = await provider.Client.find(found.code.clientId)
    const initiateLoginUri = client ? initiateLoginUriOf(client) : null
    if (!client || initiateLoginUri === null) return
    const cookieName = cookieNameOf(client.clientId)
    const handovers = handoversOf(context.cookies.get(cookieName), code.userCode)
    if (handovers > 0 && kind !== 'open') {
      // Implied consent: compared and approved at the portal, so it is not asked about a second time here.
      const account = ledger.boundAccountOf(code.jti) && findStaffAccount(code.accountId)
      if (account) context.body = renderSuccessPage({ name: account.givenName })
      return
    }
    if (kind !== 'open' || handovers >= MOST_HANDOVERS || isSignedIn(context)) return
    ledger.noteHandover(code.jti)
    const attributes = { httpOnly: true, secure: true, sameSite: 'lax', path: '/', signed: false } as const
    context.cookies.set(cookieName, `${code.userCode}.${handovers + 1}`, { ...attributes, maxAge: HANDOVER_MEMORY_MS })
    const target = new URL(PROVIDER_PATHS.codeVerification, provider.issuer)
    // As it was issued: what else the address said stays here.
    target.searchParams.set('user_code', `${code.userCode?.slice(0, 4)}-${code.userCode?.slice(4)}`)
    const destination = new URL(initiateLoginUri)
    destination.searchParams.set('iss', provider.issuer)
    destination.searchParams.set('target_link_uri', target.href)
    context.set('cache-control', 'no-store')
    context.status = 303
    context.redirect(destination.href)
  }
}
