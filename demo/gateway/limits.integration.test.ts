/** Tests that one device that asks too much disturbs nobody else, and that the provider is spared its burst. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ATTESTATION_PATH, GATEWAY_HEADER, gatewayRefusalSchema } from '../../contract/attestation.ts'
import { KIOSK_SCOPE } from '../identity-provider/provider-client.ts'
import { ask, type Credentials } from './device-client.ts'
import { findNginx } from './find-nginx.ts'
import { type GatewayStage, setGatewayStage, startDemoProvider } from './gateway-stage.fixture.ts'

const DEVICE_CODE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
const DEVICES = Array.from({ length: 10 }, (_, index) => `DR-${String(index).padStart(4, '0')}`)
const BURST = 60
/** nginx lets the burst pass, and the one request that is due. */
const LET_THROUGH = 9

const nginxPath = findNginx()

describe.skipIf(nginxPath === null)('the gateway’s limits', () => {
  let stage: GatewayStage
  const credentials: Credentials[] = []
  beforeAll(async () => {
    const deviceList = DEVICES.map((id) => `${id} active`).join('\n')
    // One code a minute: none becomes due while the test lasts, however slow the machine.
    const limits = { codesPerMinute: 1, codesBurst: 8, othersPerMinute: 1, othersBurst: 8 }
    stage = await setGatewayStage(startDemoProvider, { nginxPath: nginxPath ?? '', deviceList, limits })
    for (const id of DEVICES) credentials.push(await stage.issue(id))
  })
  afterAll(() => stage?.close())

  const askForCode = (who: Credentials) =>
    ask(stage.gateway, who, stage.at('/device/auth'), {
      form: { client_id: stage.provider.clientId, scope: KIOSK_SCOPE },
    })

  it('turns a burst of one device away with 429 and Retry-After, while nine others sign in', async () => {
    const [noisy = null, ...others] = credentials
    const burst = Array.from({ length: BURST }, () => askForCode(noisy))
    const signIns = others.map(async (who) => {
      const { status, text } = await askForCode(who)
      const { device_code, user_code } = JSON.parse(text)
      await stage.provider.approve(user_code)
      const form = { client_id: stage.provider.clientId, grant_type: DEVICE_CODE_GRANT, device_code }
      const tokens = await ask(stage.gateway, who, stage.at('/token'), { form })
      return [status, tokens.status]
    })
    expect(await Promise.all(signIns)).toEqual(others.map(() => [200, 200]))

    const answers = await Promise.all(burst)
    const limited = answers.filter(({ status }) => status === 429)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(LET_THROUGH)
    expect(limited).toHaveLength(BURST - LET_THROUGH)
    for (const { headers, text } of limited) {
      expect(headers['retry-after']).toBe('60')
      expect(headers[GATEWAY_HEADER]).toBe('rate-limited')
      expect(gatewayRefusalSchema.parse(JSON.parse(text))).toEqual({ reason: 'rate-limited' })
    }
    const codes = stage.provider.journal.requests.filter(({ path }) => path === '/device/auth')
    expect(codes).toHaveLength(LET_THROUGH + others.length)
  })

  it('holds the device that it turned away to nothing else: it can still poll', async () => {
    const form = { client_id: stage.provider.clientId, grant_type: DEVICE_CODE_GRANT, device_code: 'unknown' }
    const { status, text } = await ask(stage.gateway, credentials[0] ?? null, stage.at('/token'), { form })
    expect([status, JSON.parse(text).error]).toEqual([400, 'invalid_grant'])
  })

  it('limits attestation too, though no provider stands behind it', async () => {
    const answers = await Promise.all(
      Array.from({ length: BURST }, () => ask(stage.gateway, credentials[1] ?? null, ATTESTATION_PATH)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(LET_THROUGH)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(BURST - LET_THROUGH)
  })
})
