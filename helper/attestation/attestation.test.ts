import { describe, expect, it } from 'vitest'
import { GATEWAY_HEADER } from '../../contract/attestation.ts'
import type { KioskError } from '../../contract/kiosk-error.ts'
import { createLog } from '../log.ts'
import { readProviderFailure } from '../oauth/provider-error.ts'
import { watchConnection } from '../support/connection-watch.ts'
import { openAttestation } from './attestation.ts'
import type { DeviceIdentity } from './device-identity.ts'
import { asGatewayFailure } from './gateway-answer.ts'
import type { GatewayLanes } from './gateway-lanes.ts'
import { openGatewayNetwork } from './gateway-network.ts'

const RECHECK_MS = 900_000
const IDENTITY: DeviceIdentity = {
  deviceId: 'DR-0042',
  certificateChainPem: '',
  fingerprint: '',
  validFromEpochMs: 0,
  validUntilEpochMs: Number.MAX_SAFE_INTEGER,
  secureContext: () => ({ context: null }),
  signJws: async () => '',
}

type Answer = () => Response | Promise<Response>

const ACTIVE = () => Response.json({ state: 'active', deviceId: 'DR-0042' })
const refusal =
  (status: number, word: string, headers = {}) =>
  () =>
    Response.json({}, { status, headers: { [GATEWAY_HEADER]: word, ...headers } })
const SUSPENDED = refusal(403, 'device-suspended')

function silentLog() {
  const log = createLog('test')
  log.level = 'silent'
  return log
}

/** A gateway that answers as it is told, and a clock that stands still until it is moved. */
function stage() {
  let nowMs = 0
  let identity = IDENTITY
  let attest: Answer = ACTIVE
  let provider: Answer = () => Response.json({})
  const asked: string[] = []
  const refused: KioskError[] = []
  const waits: { untilMs: number; resolve: () => void }[] = []
  const lanes: GatewayLanes = {
    origin: 'https://gateway.example',
    identity: () => identity,
    async fetch(path, { signal }) {
      asked.push(path)
      const answer = path === '/attest' ? attest : provider
      const calledOff = Promise.withResolvers<never>()
      signal?.addEventListener('abort', () => calledOff.reject(signal.reason))
      return await Promise.race([answer(), calledOff.promise])
    },
    expectRequest: (path) => void asked.push(`expected ${path}`),
    close: async () => {},
  }
  const clock = {
    nowMs: () => nowMs,
    random: () => 0.5,
    wait: (delayMs: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        waits.push({ untilMs: nowMs + delayMs, resolve })
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
  }
  const onRefused = (error: KioskError) => void refused.push(error)
  const attestation = openAttestation(lanes, { recheckMs: RECHECK_MS, clock, log: silentLog(), onRefused })
  const network = openGatewayNetwork(lanes, attestation)
  return {
    attestation,
    network,
    asked,
    refused,
    ask: () => network.fetch('https://login.example:444/token?a=b', {}),
    renew() {
      identity = { ...IDENTITY, certificateChainPem: 'renewed' }
    },
    attestBy(answer: Answer) {
      attest = answer
    },
    provideBy(answer: Answer) {
      provider = answer
    },
    async pass(ms: number) {
      nowMs += ms
      for (const { untilMs, resolve } of waits) if (untilMs <= nowMs) resolve()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

const PROVIDER = '/login.example:444/token?a=b'

describe('a kiosk behind a gateway', () => {
  it('lets no request leave before the gateway has called the device active, and then does not ask for each', async () => {
    const { ask, asked } = stage()
    await Promise.all([ask(), ask()])
    await ask()
    expect(asked).toEqual(['/attest', PROVIDER, PROVIDER, PROVIDER])
  })

  it.each([
    ['suspended', SUSPENDED, 'device-suspended'],
    ['unknown', refusal(403, 'device-not-listed'), 'device-not-admitted'],
    ['limited', refusal(429, 'rate-limited'), 'gateway-rate-limited'],
    ['in need of a revocation list', refusal(503, 'revocation-list-stale'), 'gateway-unavailable'],
    ['a stranger', () => new Response('<html>'), 'gateway-unavailable'],
  ])('asks the provider for nothing where it is %s', async (_what, answer, code) => {
    const { ask, asked, network, attestBy } = stage()
    attestBy(answer)
    await expect(ask()).rejects.toMatchObject({ code })
    await expect(network.admit()).rejects.toMatchObject({ code })
    network.expectRequest('https://login.example/token', 0)
    expect(asked.every((path) => path === '/attest')).toBe(true)
  })

  it('asks anew before each code, whatever it heard a moment ago', async () => {
    const { ask, asked, network, attestBy } = stage()
    await ask()
    attestBy(SUSPENDED)
    await expect(network.admit()).rejects.toMatchObject({ code: 'device-suspended' })
    expect(asked).toEqual(['/attest', PROVIDER, '/attest'])
  })

  it('asks again by itself before its answer runs out, and tells of a refusal once', async () => {
    const { attestation, asked, refused, attestBy, pass } = stage()
    attestation.start()
    await pass(0)
    expect(asked).toEqual(['/attest'])
    attestBy(SUSPENDED)
    await pass(RECHECK_MS * 0.95)
    expect(refused.map(({ code }) => code)).toEqual(['device-suspended'])
    await pass(RECHECK_MS)
    expect(asked).toHaveLength(3)
    expect(refused).toHaveLength(1)
    attestBy(ACTIVE)
    await pass(RECHECK_MS)
    expect(attestation.record().answer?.kind).toBe('active')
    attestation.stop()
  })

  it('is refused by the answer to any other request as well', async () => {
    const { ask, asked, refused, provideBy } = stage()
    provideBy(SUSPENDED)
    await expect(ask()).rejects.toMatchObject({ code: 'device-suspended' })
    expect(refused).toHaveLength(1)
    await expect(ask()).rejects.toMatchObject({ code: 'device-suspended' })
    expect(asked).toEqual(['/attest', PROVIDER])
  })

  it('goes on while the gateway is down, as long as its last answer counts', async () => {
    const { ask, asked, attestBy, network, pass } = stage()
    await ask()
    attestBy(() => {
      throw Object.assign(new TypeError('request failed'), { cause: { code: 'ECONNREFUSED' } })
    })
    await expect(network.admit()).rejects.toThrow()
    await pass(RECHECK_MS - 1)
    await ask()
    await pass(1)
    await expect(ask()).rejects.toThrow()
    expect(asked).toEqual(['/attest', PROVIDER, '/attest', PROVIDER, '/attest'])
  })

  it('leaves the gateway alone for as long as it wishes, whoever asks', async () => {
    const { asked, attestBy, network, pass } = stage()
    attestBy(refusal(429, 'rate-limited', { 'retry-after': '15' }))
    await expect(network.admit()).rejects.toMatchObject({ code: 'gateway-rate-limited' })
    await expect(network.admit()).rejects.toMatchObject({ code: 'gateway-rate-limited' })
    expect(asked).toEqual(['/attest'])
    attestBy(ACTIVE)
    await pass(15_000)
    await network.admit()
    expect(asked).toEqual(['/attest', '/attest'])
  })

  it.each<[string, Answer]>([
    ...['ENOTFOUND', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED', 'EPROTO'].map(
      (code): [string, Answer] => [
        code,
        () => Promise.reject(asGatewayFailure(Object.assign(new TypeError('failed'), { cause: { code } }))),
      ],
    ),
    ['no answer in time', () => Promise.reject(asGatewayFailure(new DOMException('late', 'TimeoutError')))],
    ['a page', () => new Response('<html>')],
    ['a fault of its own', () => new Response(null, { status: 500 })],
    ['a limit', refusal(429, 'rate-limited')],
    ['no certificate', refusal(403, 'certificate-missing')],
    ['a clock of its own', refusal(403, 'certificate-expired')],
  ])('ends no session, whose renewal finds but this: %s', async (_what, answer) => {
    const { ask, attestBy, refused } = stage()
    attestBy(answer)
    const error = await ask().catch((fault: unknown) => fault)
    expect(readProviderFailure(error)).toMatchObject({ kind: 'transient' })
    // The same again, of which the record alone is left.
    expect(readProviderFailure(await ask().catch((fault: unknown) => fault))).toMatchObject({ kind: 'transient' })
    expect(refused).toEqual([])
  })

  it('takes no answer of a certificate that it shows no more, and asks again with the new one', async () => {
    const { network, attestation, asked, refused, attestBy, renew } = stage()
    const old = Promise.withResolvers<Response>()
    attestBy(() => old.promise)
    const admitted = network.admit()
    renew()
    attestBy(ACTIVE)
    old.resolve(refusal(403, 'certificate-revoked')())
    await admitted
    expect(asked).toEqual(['/attest', '/attest'])
    expect(attestation.record().answer?.kind).toBe('active')
    expect(refused).toEqual([])
  })

  it('sends a request once more that was turned away with the certificate of before', async () => {
    const { ask, asked, refused, provideBy, renew } = stage()
    provideBy(() => {
      renew()
      provideBy(() => Response.json({}))
      return refusal(403, 'certificate-revoked')()
    })
    expect((await ask()).status).toBe(200)
    expect(asked).toEqual(['/attest', PROVIDER, PROVIDER])
    expect(refused).toEqual([])
  })

  it('lets no yes that was on its way take back a no that came meanwhile', async () => {
    const { ask, network, attestation, attestBy, provideBy } = stage()
    await ask()
    const late = Promise.withResolvers<Response>()
    attestBy(() => late.promise)
    const admitted = network.admit()
    provideBy(SUSPENDED)
    await expect(ask()).rejects.toMatchObject({ code: 'device-suspended' })
    attestBy(SUSPENDED)
    late.resolve(ACTIVE())
    await expect(admitted).rejects.toMatchObject({ code: 'device-suspended' })
    expect(attestation.record().answer?.kind).toBe('refused')
  })

  it('keeps nobody waiting for its answer who does not want it any more', async () => {
    const { network, attestation, attestBy } = stage()
    attestBy(() => new Promise(() => {}))
    const leaving = new AbortController()
    const [code, poll] = [network.admit(leaving.signal), network.fetch('https://login.example/token', leaving)]
    leaving.abort(new Error('the code left the screen'))
    await expect(code).rejects.toThrow('the code left the screen')
    await expect(poll).rejects.toThrow('the code left the screen')
    attestation.stop()
  })

  it('calls its question off at a stop, which says nothing of the gateway', async () => {
    const { ask, attestation, attestBy } = stage()
    attestBy(() => new Promise(() => {}))
    const waiting = ask()
    attestation.callOff()
    expect(readProviderFailure(await waiting.catch((error: unknown) => error))).toMatchObject({ kind: 'transient' })
    expect(attestation.record().failure).toBeNull()
    attestBy(ACTIVE)
    await ask()
    attestation.stop()
  })

  it('tells when a request leaves, which is after the gateway’s answer', async () => {
    const { network, asked } = stage()
    const askedBefore: string[] = []
    const { fetch } = watchConnection(network, () => 0).network
    await fetch('https://login.example:444/token?a=b', {}, () => void askedBefore.push(...asked))
    expect(askedBefore).toEqual(['/attest'])
  })

  it('takes the provider’s own refusals for the provider’s', async () => {
    const { ask, provideBy, refused } = stage()
    provideBy(() => Response.json({ error: 'access_denied' }, { status: 403 }))
    expect((await ask()).status).toBe(403)
    expect(refused).toEqual([])
  })
})
