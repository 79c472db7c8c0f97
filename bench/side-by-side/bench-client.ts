/** A client of the device flow as the bench sees it, ours or a peer: it shows codes, it comes by tokens, or it fails. */
import type { IdentityProvider } from '../../demo/identity-provider/identity-provider.ts'

export const CLIENT_NAMES = ['ours', 'openid-client', 'msal-node', 'shell-loop'] as const
export type ClientName = (typeof CLIENT_NAMES)[number]
export type PerClient<T> = Record<ClientName, T>

/** By which the provider's own token is known again. The kiosk gives no token away, only whose it is. */
export type TokenProof = { accessTokenSha256: string } | { displayName: string }

/** `atMs` is when the bench heard of it, on `performance.now()`. A client that has failed says nothing more. */
export type ClientEvent =
  | { kind: 'code'; atMs: number; userCode: string }
  | { kind: 'token'; atMs: number; proof: TokenProof }
  | { kind: 'failed'; atMs: number; error: string }

export type ServerAddress = Pick<IdentityProvider, 'issuer' | 'clientId' | 'ca'> & { entraLike: boolean }

export type RunningClient = {
  processId: number
  /** The oldest event not yet taken; rejects when the signal aborts. */
  next(signal?: AbortSignal): Promise<ClientEvent>
  /** After a token, makes way for the next sign-in. */
  goOn(): Promise<void>
  close(): Promise<void>
}

export type BenchClient = {
  name: ClientName
  /** Starts a process that does up to so many sign-ins, one after the other, and begins with the first at once. */
  start(server: ServerAddress, options: { signIns: number }): Promise<RunningClient>
}

export const KIOSK_SCOPES = 'openid profile offline_access'

export function perClient<T>(look: (name: ClientName) => T): PerClient<T> {
  return Object.fromEntries(CLIENT_NAMES.map((name) => [name, look(name)])) as PerClient<T>
}

/** All at the same time. */
export async function forEachClient<T>(work: (name: ClientName) => Promise<T>): Promise<PerClient<T>> {
  const entries = await Promise.all(CLIENT_NAMES.map(async (name) => [name, await work(name)] as const))
  return Object.fromEntries(entries) as PerClient<T>
}
