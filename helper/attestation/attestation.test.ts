import { describe, expect, it } from 'vitest'
import { GATEWAY_HEADER } from '../../contract/attestation.ts'
import type { KioskError } from '../../contract/kiosk-error.ts'
import { createLog } from '../log.ts'
import { openAttestation } from './attestation.ts'
import type { DeviceIdentity } from './device-identity.ts'
import type { GatewayLanes } from './gateway-lanes.ts'
import { openGatewayNetwork } from './gateway-network.ts'

const RECHECK_MS = 900_000
const IDENTITY: DeviceIdentity = {
  deviceId: 'DR-0042',
  certificateChainPem: '',
  fingerprint: '',
  validFromEpochMs: 0,
  validUntilEpochMs: 1,
  secureContext: () => ({ context: null }),
  signJws: async () => '',
}

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
  let attest: () => Response = ACTIVE
  let provider: () => Response = () => Response.json({})
  const asked: string[] = []
  const refused: KioskError[] = []
  const waits: { untilMs: number; resolve: () => void }[] = []
  const lanes: GatewayLanes = {
    origin: 'https://gateway.example',
    identity: () => IDENTITY,
    async fetch(path) {
      asked.push(path)
      return path === '/attest' ? attest() : provider()
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
    attestBy(answer: () => Response) {
      attest = answer
    },
    provideBy(answer: () => Response) {
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

  it('takes the provider’s own refusals for the provider’s', async () => {
    const { ask, provideBy, refused } = stage()
    provideBy(() => Response.json({ error: 'access_denied' }, { status: 403 }))
    expect((await ask()).status).toBe(403)
    expect(refused).toEqual([])
  })
})
