import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from '../../demo/gateway/device-client.ts'
import type { KioskGateway } from '../../demo/gateway/enrol-kiosk.ts'
import { findNginx } from '../../demo/gateway/find-nginx.ts'
import { KIOSK_SCOPE } from '../../demo/identity-provider/provider-client.ts'
import { openDrillScreen } from '../drills/drill-screen.ts'
import { type HelperWorld, openGatewayWorld } from './helper-world.ts'

const DEVICE_CODE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
const OTHERS = Array.from({ length: 9 }, (_, index) => `DR-010${index}`)
/** The gateway lets two pass, and then one in five seconds. */
const LIMITS = { codesPerMinute: 12, codesBurst: 1 }
const BURST = 8

describe.skipIf(findNginx() === null)('a kiosk that asked the gateway for too many codes', () => {
  let world: HelperWorld & KioskGateway
  beforeAll(async () => {
    const deviceList = ['DR-0042', ...OTHERS].map((id) => `${id} active`).join('\n')
    world = await openGatewayWorld({ deviceList, limits: LIMITS })
  })
  afterAll(() => world?.close())

  const path = (name: string) => `/${new URL(world.provider.issuer).host}${name}`
  const askForCode = (who: { cert: string; key: string }) => {
    const form = { client_id: world.provider.clientId, scope: KIOSK_SCOPE }
    return ask(world.gateway, who, path('/device/auth'), { form })
  }

  async function signIn(who: { cert: string; key: string }): Promise<number> {
    const { device_code, user_code } = JSON.parse((await askForCode(who)).text)
    await world.provider.approve(user_code)
    const form = { client_id: world.provider.clientId, grant_type: DEVICE_CODE_GRANT, device_code }
    return (await ask(world.gateway, who, path('/token'), { form })).status
  }

  it('explains itself and recovers by itself, while nine others sign in undisturbed', async () => {
    const own = await world.issue('DR-0042')
    const others: Awaited<ReturnType<typeof world.issue>>[] = []
    for (const deviceId of OTHERS) others.push(await world.issue(deviceId))
    await world.install(own)
    await world.startHelper()
    const screen = openDrillScreen(world.folders.runtime)
    try {
      await screen.until('attract')
      const burst = await Promise.all(Array.from({ length: BURST }, () => askForCode(own)))
      expect(burst.filter(({ status }) => status === 429).length).toBeGreaterThan(0)
      await screen.press({ kind: 'touch' })
      const signIns = Promise.all(others.map(signIn))
      const trouble = await screen.until('trouble')
      expect(trouble).toMatchObject({ code: 'gateway-rate-limited', providerError: 'rate-limited' })
      // A touch would be too soon, and the screen offers none.
      expect(trouble.notBefore).toBeGreaterThan(trouble.since)
      expect(trouble.retryAt).toBeGreaterThanOrEqual(trouble.notBefore ?? 0)
      expect(await signIns).toEqual(OTHERS.map(() => 200))
      const { userCode } = await screen.until('awaitingApproval')
      await world.provider.approve(userCode)
      await screen.until('confirming')
    } finally {
      screen.close()
    }
  })
})
