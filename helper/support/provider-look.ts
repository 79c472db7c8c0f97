/** Who answers at the provider's host: its certificate, and the time by its clock. Trusts nobody it meets, so it sends no secret and believes no content. */
import { request } from 'node:http'
import type { Socket } from 'node:net'
import { type Certificate, connect as connectTls, type DetailedPeerCertificate, type TLSSocket } from 'node:tls'
import type { TroubleCode } from '../../contract/kiosk-error.ts'
import { createServerClock } from '../oauth/server-clock.ts'
import { awaitEvent, bareHost, codeOfNetworkError, STEP_LIMIT_MS, serverName } from './network-route.ts'

export type SeenCertificate = {
  /** What OpenSSL holds against it, such as `CERT_HAS_EXPIRED`; null for nothing. */
  fault: string | null
  issuer: string
  validFromEpochMs: number
  validUntilEpochMs: number
}

export type ProviderLook = {
  /** Null for plain http, which a developer's machine may use. */
  certificate: SeenCertificate | null
  /** By how much the host's clock is ahead of this one, by its own word; null where it does not say. */
  skewMs: number | null
} & ({ kind: 'seen' } | { kind: 'no-tls'; code: TroubleCode })

function nameOf({ O: organisation, CN: commonName }: Partial<Certificate> = {}): string {
  const [name] = [commonName, organisation].flat().filter(Boolean)
  return name ?? 'an authority without a name'
}

/** Whom the topmost certificate of the chain that was shown names: what a company that inspects TLS has installed. */
function issuerOf(leaf: DetailedPeerCertificate): string {
  let top = leaf
  // A root names itself, and a host may show whatever it likes.
  for (let depth = 0; depth < 8 && top.issuerCertificate && top.issuerCertificate !== top; depth++) {
    top = top.issuerCertificate
  }
  return nameOf(top.issuer)
}

function seenCertificate(socket: TLSSocket): SeenCertificate {
  const leaf = socket.getPeerCertificate(true)
  const fault: unknown = socket.authorizationError
  return {
    fault: fault === null || fault === undefined ? null : String(fault instanceof Error ? fault.message : fault),
    issuer: issuerOf(leaf),
    validFromEpochMs: Date.parse(leaf.valid_from),
    validUntilEpochMs: Date.parse(leaf.valid_to),
  }
}

/** Asks for the public discovery document and reads nothing of it but its date. */
function readSkew(socket: Socket, url: URL, signal: AbortSignal): Promise<number | null> {
  const clock = createServerClock({ nowMs: () => performance.now(), epochMs: Date.now })
  const sentAtMs = performance.now()
  return new Promise((resolve) => {
    const asking = request({
      path: `${url.pathname.replace(/\/$/, '')}/.well-known/openid-configuration`,
      headers: { host: url.host, accept: 'application/json', connection: 'close' },
      createConnection: () => socket,
      signal: AbortSignal.any([signal, AbortSignal.timeout(STEP_LIMIT_MS)]),
    })
    // Without an answer there is no date: whoever asks next says what is wrong with the answer.
    asking.once('error', () => resolve(null))
    asking.once('response', ({ headers }) => {
      clock.note({ get: (name) => headers[name]?.toString() ?? null }, sentAtMs, performance.now())
      resolve(clock.skewMs())
      asking.destroy()
    })
    asking.end()
  })
}

/** @param socket connected to the host, which is closed afterwards */
export async function lookAtProvider(socket: Socket, url: URL, signal: AbortSignal): Promise<ProviderLook> {
  try {
    if (url.protocol !== 'https:') {
      return { kind: 'seen', certificate: null, skewMs: await readSkew(socket, url, signal) }
    }
    // To name whoever answers, it is let in here, and here alone.
    const options = { socket, host: bareHost(url), servername: serverName(url), rejectUnauthorized: false }
    const limit = AbortSignal.any([signal, AbortSignal.timeout(STEP_LIMIT_MS)])
    const secured = await awaitEvent(connectTls(options), 'secureConnect', limit)
    const certificate = seenCertificate(secured)
    return { kind: 'seen', certificate, skewMs: await readSkew(secured, url, signal) }
  } catch (error) {
    return { kind: 'no-tls', certificate: null, skewMs: null, code: codeOfNetworkError(error) }
  } finally {
    socket.destroy()
  }
}
