/** Tests the built helper in the networks of real sites: behind proxies, under TLS inspection, and in all that goes wrong. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, type TestContext } from 'vitest'
import type { TroubleCode } from '../../contract/kiosk-error.ts'
import type { Fault } from '../../demo/hostile-provider/hostile-provider.ts'
import { runKioskctl } from '../../demo/kiosk-watch.ts'
import { type ForwardProxy, type ForwardProxyOptions, openForwardProxy } from '../../demo/network/forward-proxy.ts'
import { openInterceptingProxy } from '../../demo/network/intercepting-proxy.ts'
import { createThrowawayAuthority } from '../../demo/network/throwaway-authority.ts'
import { watchConnections } from '../../demo/network/watch-connections.ts'
import { openScreenLink } from '../../demo/screen-link.ts'
import { firstStaff, type HostileWorld, openHostileWorld } from './helper-world.ts'

/** Longer than the kiosk waits before it tries again. */
const RECOVERY_MS = 45_000

async function openWorld(
  { onTestFinished }: TestContext,
  options?: Parameters<typeof openHostileWorld>[0],
): Promise<HostileWorld> {
  const world = await openHostileWorld(options)
  onTestFinished(() => world.close())
  return world
}

async function openProxy({ onTestFinished }: TestContext, options: ForwardProxyOptions = {}): Promise<ForwardProxy> {
  const proxy = await openForwardProxy(options)
  onTestFinished(() => proxy.close())
  return proxy
}

/** The ports of the provider's clients, in the order of their arrival. */
function watchProvider({ onTestFinished }: TestContext, { provider }: HostileWorld): readonly number[] {
  const watch = watchConnections(Number(new URL(provider.issuer).port))
  onTestFinished(() => watch.stop())
  return watch.clientPorts
}

/** Where nobody else listens: a port of 127.0.0.1 that was free a moment ago may be another test's by now. */
const HOSTS_OF_ABSENT = { bundle: '127.0.0.2', environment: '127.0.0.3' }

async function findFreePlace(host: string): Promise<ForwardProxy> {
  const proxy = await openForwardProxy({ host })
  await proxy.close()
  return proxy
}

function hostOf({ provider }: HostileWorld): string {
  return new URL(provider.issuer).host
}

async function signIn(world: HostileWorld): Promise<number> {
  const { session } = await world.watch.until('awaitingApproval', { limitMs: RECOVERY_MS })
  await world.provider.approve(session.userCode)
  const confirming = await world.watch.until('confirming')
  expect(confirming.session.displayName).toBe(firstStaff(world).name)
  return confirming.session.generation
}

async function trouble({ watch }: HostileWorld): Promise<TroubleCode> {
  return (await watch.until('trouble')).session.code
}

describe.concurrent('behind a proxy', () => {
  it('signs in, renews and signs out without one connection past it', async (context) => {
    const world = await openWorld(context, { accessTokenLifetimeSeconds: 4 })
    const proxy = await openProxy(context)
    await world.changeBundle({ network: { proxy: proxy.url } })
    const clientPorts = watchProvider(context, world)
    await world.startHelper()
    const generation = await signIn(world)

    const screen = await openScreenLink(world.folders.runtime)
    context.onTestFinished(() => screen.close())
    expect(await screen.press({ kind: 'confirmPresence', generation })).toEqual({ accepted: true })
    await world.watch.until('signedIn')
    const renewals = () =>
      world.provider.requests.filter((seen) => seen.grantType === 'refresh_token' && seen.outcome?.status === 200)
    await expect.poll(() => renewals().length, { timeout: 15_000 }).toBeGreaterThanOrEqual(2)

    await runKioskctl(world.folders.runtime, 'sign-out')
    const revoked = () => world.provider.requests.filter(({ endpoint }) => endpoint === 'revocation')
    await expect.poll(() => revoked().map(({ outcome }) => outcome?.status)).toEqual([200])
    expect([...proxy.tunnels.keys()]).toEqual([hostOf(world)])
    expect(clientPorts.length).toBeGreaterThan(0)
    expect(clientPorts.filter((port) => !proxy.outgoingPorts.has(port))).toEqual([])
  })

  it('takes the proxy that its environment names', async (context) => {
    const world = await openWorld(context)
    const proxy = await openProxy(context)
    await world.changeBundle({ network: { proxy: 'system' } })
    const clientPorts = watchProvider(context, world)
    await world.startHelper({ HTTPS_PROXY: proxy.url })
    await signIn(world)
    expect(clientPorts.filter((port) => !proxy.outgoingPorts.has(port))).toEqual([])
  })

  it('goes past it to the hosts of NO_PROXY', async (context) => {
    const world = await openWorld(context)
    const proxy = await openProxy(context)
    await world.changeBundle({ network: { proxy: 'system' } })
    await world.startHelper({ HTTPS_PROXY: proxy.url, NO_PROXY: 'elsewhere.example,localhost' })
    await signIn(world)
    expect(proxy.tunnels.size).toBe(0)
  })

  it('leaves the environment’s proxy alone where the bundle says "none"', async (context) => {
    const world = await openWorld(context)
    const proxy = await openProxy(context)
    await world.startHelper({ HTTPS_PROXY: proxy.url })
    await signIn(world)
    expect(proxy.tunnels.size).toBe(0)
  })

  it.for(['bundle', 'environment'] as const)(
    'says that the proxy of the %s is away, and goes on when it is back',
    async (of, context) => {
      const world = await openWorld(context)
      const host = HOSTS_OF_ABSENT[of]
      const { port, url } = await findFreePlace(host)
      await world.changeBundle({ network: { proxy: of === 'bundle' ? url : 'system' } })
      await world.startHelper(of === 'bundle' ? {} : { HTTPS_PROXY: url })
      expect(await trouble(world)).toBe('proxy-unreachable')
      await openProxy(context, { host, port })
      await signIn(world)
    },
  )

  it.for([407, 403])('says that the proxy answers %i, and goes on when it lets through', async (status, context) => {
    const world = await openWorld(context)
    const proxy = await openProxy(context, { answer: { status } })
    await world.changeBundle({ network: { proxy: proxy.url } })
    await world.startHelper()
    expect(await trouble(world)).toBe('proxy-refused')
    proxy.setAnswer('allow')
    await signIn(world)
  })

  it('does not blame the proxy for a provider that is away behind it', async (context) => {
    const world = await openWorld(context)
    const proxy = await openProxy(context)
    await world.changeBundle({ network: { proxy: proxy.url } })
    await world.provider.setListening(false)
    await world.startHelper()
    expect(await trouble(world)).toBe('provider-unreachable')
  })
})

describe.concurrent('under TLS inspection', () => {
  async function openInspection({ onTestFinished }: TestContext, { provider, folders }: HostileWorld) {
    const proxy = await openInterceptingProxy({ hostCaPem: provider.ca.caPem })
    onTestFinished(() => proxy.close())
    await writeFile(join(folders.bundle, 'inspection.pem'), proxy.caPem)
    return proxy
  }

  it('trusts nobody whom the bundle does not name', async (context) => {
    const world = await openWorld(context)
    const { url } = await openInspection(context, world)
    await world.changeBundle({ network: { proxy: url } })
    await world.startHelper()
    expect(await trouble(world)).toBe('provider-untrusted')
    expect(world.provider.requests).toEqual([])
  })

  it('signs in with the company’s authority in network.trustedCaFiles', async (context) => {
    const world = await openWorld(context)
    const { url, tunnels } = await openInspection(context, world)
    await world.changeBundle({ network: { proxy: url, trustedCaFiles: ['inspection.pem'] } })
    await world.startHelper()
    await signIn(world)
    expect([...tunnels.keys()]).toEqual([hostOf(world)])
  })
})

type Arrange = (world: HostileWorld) => Promise<void> | void

/** At the request for a code. */
function failCodes(fault: Fault): Arrange {
  return ({ provider }) => provider.play(({ endpoint }) => (endpoint === 'device' ? fault : null))
}

describe.concurrent('when something is wrong, the screen says what', () => {
  it.for<[what: string, code: TroubleCode, arrange: Arrange]>([
    [
      'the issuer’s name is unknown',
      'name-not-resolved',
      (world) => world.changeBundle({ issuer: 'https://kiosk-issuer.invalid' }),
    ],
    ['the provider’s port is closed', 'connection-refused', ({ provider }) => provider.setListening(false)],
    [
      'the certificate is of another authority',
      'provider-untrusted',
      async (world) => world.changeBundle({ caPem: (await createThrowawayAuthority('Somebody else')).caPem }),
    ],
    ['a portal answers the request for a code', 'captive-portal', failCodes({ kind: 'captivePortal' })],
    [
      'a portal answers everything',
      'captive-portal',
      ({ provider }) => provider.play(() => ({ kind: 'captivePortal' })),
    ],
    [
      'the request for a code is redirected',
      'captive-portal',
      failCodes({ kind: 'redirect', location: 'http://portal.example/log-in' }),
    ],
    ['the network wants a log-in, with 511', 'captive-portal', failCodes({ kind: 'status', status: 511, body: '<p>' })],
    ['the provider never answers', 'provider-timeout', failCodes({ kind: 'hang' })],
    ['the provider answers 429', 'provider-throttled', failCodes({ kind: 'status', status: 429 })],
    ['the provider answers 503', 'provider-unavailable', failCodes({ kind: 'status', status: 503 })],
    ['the answer has no end', 'provider-answer-invalid', failCodes({ kind: 'hugeJson', bytes: 50_000_000 })],
    ['the answer is broken JSON', 'provider-answer-invalid', failCodes({ kind: 'brokenJson' })],
    [
      'the provider does not know the client',
      'provider-refused-client',
      failCodes({ kind: 'oauthError', error: 'invalid_client', status: 401 }),
    ],
  ])('%s: %s', async ([_what, code, arrange], context) => {
    const world = await openWorld(context)
    await arrange(world)
    await world.startHelper()
    expect(await trouble(world)).toBe(code)
  })

  it('shows a code by itself as soon as all is well again', async (context) => {
    const world = await openWorld(context)
    world.provider.play(() => ({ kind: 'captivePortal' }))
    await world.startHelper()
    expect(await trouble(world)).toBe('captive-portal')
    world.provider.play(null)
    await signIn(world)
  })
})
