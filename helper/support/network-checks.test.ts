import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NETWORK_CHECK_NAMES } from '../../contract/support.ts'
import { createCheckRun } from './check-run.ts'
import { asGatewayOutcome } from './gateway-outcome.ts'
import { type NetworkParts, networkChecks } from './network-checks.ts'

const NAMES = ['config', ...NETWORK_CHECK_NAMES] as const
const identity = { provider: 'oidc' as const, issuer: 'https://login.example' }

async function checked(settings: Pick<NetworkParts, 'gatewayUrl' | 'network'>) {
  const parts = { identity, proxy: 'none', isCodeOnScreen: () => false, askForCode: null, ...settings }
  const config = { look: async () => ({ state: 'ok' as const }) }
  const run = createCheckRun(NAMES, () => ({ config, ...networkChecks(parts, () => {}).checks }))
  run.start()
  await run.finished()
  return Object.fromEntries(run.state().checks.map((check) => [check.name, check]))
}

describe('without a certificate that could be shown to the gateway', () => {
  const server = createServer((socket) => socket.destroy())
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
  afterAll(() => server.close())

  it('looks at everything that needs none, and says why at the rest', async () => {
    const { port } = server.address() as { port: number }
    const found = await checked({ gatewayUrl: `https://127.0.0.1:${port}`, network: 'its certificate has expired' })
    expect(found).toMatchObject({ dns: { state: 'ok' }, connect: { state: 'ok' } })
    // Nobody there speaks TLS: the look itself was made.
    expect(found.clock?.found).toBe('whoever answers there does not say the time')
    expect(found.interception).toMatchObject({ state: 'failed', code: 'gateway-unreachable' })
    expect(found['device-code']).toMatchObject({ state: 'skipped', found: 'its certificate has expired' })
  })
})

describe('behind a gateway', () => {
  it.each([
    ['name-not-resolved', 'gateway-unreachable'],
    ['connection-refused', 'gateway-unreachable'],
    ['provider-timeout', 'gateway-unreachable'],
    ['provider-unreachable', 'gateway-unreachable'],
    ['provider-untrusted', 'gateway-untrusted'],
    ['provider-certificate-expired', 'gateway-untrusted'],
    ['tls-intercepted', 'gateway-untrusted'],
    ['clock-wrong', 'clock-wrong'],
  ] as const)('%s at its host is %s', (code, expected) => {
    expect(asGatewayOutcome({ state: 'failed', code, found: 'gateway.example' })).toMatchObject({
      state: 'failed',
      code: expected,
    })
  })

  it('sends nobody to the provider where the gateway’s port is closed', async () => {
    const closed = createServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const { port } = closed.address() as { port: number }
    await new Promise((resolve) => closed.close(resolve))
    const { connect } = await checked({ gatewayUrl: `https://127.0.0.1:${port}`, network: 'unused' })
    expect(connect).toMatchObject({ code: 'gateway-unreachable', found: `127.0.0.1:${port}: connection-refused` })
    expect(connect?.remedy).toContain('attestation.gatewayUrl')
    expect(connect?.remedy).not.toContain('identity.issuer')
  })
})
