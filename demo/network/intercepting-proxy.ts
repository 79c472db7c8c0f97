/** A company's proxy that inspects TLS: opens every tunnel with a certificate of its own. Never trusts a host it cannot verify. */
import { once } from 'node:events'
import { connect as connectTls, createSecureContext, type SecureContext, TLSSocket } from 'node:tls'
import { type ForwardProxy, type ForwardProxyOptions, openForwardProxy, type TunnelCarrier } from './forward-proxy.ts'
import { createThrowawayAuthority } from './throwaway-authority.ts'

export type InterceptingProxyOptions = ForwardProxyOptions & {
  /** The authority that the hosts beyond are verified by. */
  hostCaPem: string
}

export type InterceptingProxy = ForwardProxy & {
  /** The proxy's own authority, which a company installs on its machines. */
  caPem: string
}

export async function openInterceptingProxy({
  hostCaPem,
  ...options
}: InterceptingProxyOptions): Promise<InterceptingProxy> {
  const { caPem, certify } = await createThrowawayAuthority('Company TLS inspection')
  const contexts = new Map<string, Promise<SecureContext>>()

  function contextFor(host: string): Promise<SecureContext> {
    const known = contexts.get(host)
    if (known) return known
    const made = certify([host]).then(({ certificatePem, keyPem }) =>
      createSecureContext({ cert: certificatePem, key: keyPem }),
    )
    contexts.set(host, made)
    return made
  }

  const carrier: TunnelCarrier = {
    async reach({ host, port }) {
      const socket = connectTls({ host, port, servername: host, ca: hostCaPem })
      await once(socket, 'secureConnect')
      return socket
    },
    async meet(client, { host }) {
      // The client may not trust us: its alert ends this socket, and the tunnel with it.
      return new TLSSocket(client, { isServer: true, secureContext: await contextFor(host) })
    },
  }
  return { ...(await openForwardProxy(options, carrier)), caPem }
}
