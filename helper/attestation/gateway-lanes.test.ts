import { describe, expect, it } from 'vitest'
import { createLog } from '../log.ts'
import type { DeviceIdentity } from './device-identity.ts'
import { openGatewayLanes } from './gateway-lanes.ts'

function identityWith(certificateChainPem: string): DeviceIdentity {
  return {
    deviceId: 'DR-0042',
    certificateChainPem,
    fingerprint: 'the same leaf',
    validFromEpochMs: 0,
    validUntilEpochMs: 1,
    secureContext: () => ({ context: null }),
    signJws: async () => '',
  }
}

/** Networks that note what becomes of them, and answer when they are told. */
function stage({ close = async () => {} } = {}) {
  let identity = identityWith('leaf')
  const said: string[] = []
  const answers: PromiseWithResolvers<Response>[] = []
  let opened = 0
  const log = createLog('test')
  log.level = 'silent'
  const lanes = openGatewayLanes({
    origin: 'https://gateway.example',
    proxy: 'none',
    identity: () => identity,
    log,
    openNetwork() {
      opened += 1
      const name = opened
      said.push(`${name} opened`)
      return {
        fetch() {
          const answer = Promise.withResolvers<Response>()
          answers.push(answer)
          return answer.promise
        },
        expectRequest: () => {},
        expectNothing: () => void said.push(`${name} expects nothing`),
        admit: async () => {},
        close() {
          said.push(`${name} closed`)
          return close()
        },
      }
    },
  })
  return {
    lanes,
    said,
    fetch: () => lanes.fetch('/attest', {}),
    answer: (index: number) => answers[index]?.resolve(Response.json({})),
    change(chain: string) {
      identity = identityWith(chain)
    },
  }
}

describe('connections to the gateway', () => {
  it('stay the same for one certificate', async () => {
    const { fetch, answer, said } = stage()
    const answered = [fetch(), fetch()]
    answer(0)
    answer(1)
    await Promise.all(answered)
    expect(said).toEqual(['1 opened'])
  })

  it('are new ones where but what stands below the leaf has changed', () => {
    const { lanes, said, change } = stage()
    lanes.expectRequest('/token', 0)
    change('leaf and authority')
    lanes.expectRequest('/token', 0)
    expect(said).toEqual(['1 opened', '1 expects nothing', '1 closed', '2 opened'])
  })

  it('of the certificate before have nothing ready any more, and close with their last answer', async () => {
    const { lanes, fetch, answer, said, change } = stage()
    const old = [fetch(), fetch()]
    change('another')
    lanes.expectRequest('/token', 0)
    expect(said).toEqual(['1 opened', '1 expects nothing', '2 opened'])
    answer(0)
    await old[0]
    expect(said).not.toContain('1 closed')
    answer(1)
    await old[1]
    expect(said.filter((line) => line === '1 closed')).toHaveLength(1)
  })

  it('are all closed at the end, those with a request under way as well', async () => {
    const { lanes, fetch, said, change } = stage()
    void fetch()
    change('another')
    void fetch()
    await lanes.close()
    expect(said).toEqual(expect.arrayContaining(['1 closed', '2 closed']))
  })

  it('that cannot be closed are no reason to fail', async () => {
    const { lanes, fetch, answer, change } = stage({ close: () => Promise.reject(new Error('stuck')) })
    const answered = fetch()
    change('another')
    lanes.expectRequest('/token', 0)
    answer(0)
    await answered
    await expect(lanes.close()).resolves.toBeUndefined()
  })
})
