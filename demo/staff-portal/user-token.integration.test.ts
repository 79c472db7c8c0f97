/** A provider that takes no company's ID token, but makes tokens of its own for whom a portal names, over real HTTP. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDeviceGrants } from '../../fleet/staff-portal/device-grant.ts'
import { postForm } from '../identity-provider/provider-client.ts'
import { PROVIDER_PATHS } from '../identity-provider/provider-request.ts'
import { PageWalker } from './page-walker.ts'
import { asClient, exchange, type PortalStage, setPortalStage } from './portal-stage.fixture.ts'

const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token'

let stage: PortalStage
beforeAll(async () => {
  stage = await setPortalStage({ registered: { subject: 'user-token', scope: 'users:token' } })
})
afterAll(() => stage.close())

async function ownToken({ provider, settings }: PortalStage): Promise<string> {
  const fields = { grant_type: 'client_credentials', scope: settings.kioskProvider.scope }
  return String(
    (await postForm(provider, PROVIDER_PATHS.token, fields, asClient(settings.kioskProvider))).body.access_token,
  )
}

const askForUserToken = (at: PortalStage, user: string, token: string) =>
  postForm(at.provider, `/users/${user}/token`, {}, { authorization: `Bearer ${token}` })

describe('a portal whose provider makes its own tokens for people', () => {
  it('binds the kiosk for who signed in, and shows nobody’s token to anybody', async () => {
    const { company, provider } = stage
    const kiosk = await stage.openKiosk()
    const walker = await stage.walkToApproval(kiosk, 'Samira Haddad')
    // The provider tells nothing of the grant with a person's token: nothing is claimed.
    expect((await walker.press('Yes, sign me in')).heading).toBe('Look at the kiosk')
    expect(provider.journal.requests.map(({ path }) => path)).toContain('/users/samira-haddad/token')
    expect(provider.journal.requests.map(({ path }) => path)).not.toContain(PROVIDER_PATHS.introspection)
    expect(await stage.subjectOf(kiosk)).toBe('samira-haddad')
    expect(company.journal.secretsOf('ID token').every((token) => !walker.page.html.includes(token))).toBe(true)
  })

  it('gets one for nobody without the scope, and for nobody who is unknown', async () => {
    const weak = await setPortalStage({ registered: { subject: 'user-token', scope: 'device:approve' } })
    try {
      expect((await askForUserToken(weak, 'alex-morgan', await ownToken(weak))).status).toBe(401)
      const walker = await weak.walkToApproval(await weak.openKiosk())
      expect((await walker.press('Yes, sign me in')).heading).toBe('This does not work right now')
    } finally {
      await weak.close()
    }
    const token = await ownToken(stage)
    expect((await askForUserToken(stage, 'mallory', token)).status).toBe(404)
    expect((await askForUserToken(stage, 'alex-morgan', token)).status).toBe(200)
    const mallory = { idToken: '', issuer: '', subject: 'mallory', name: 'Mallory', email: '' }
    const { bind } = await createDeviceGrants(stage.settings)
    expect(await bind((await stage.openKiosk()).user_code, mallory)).toMatchObject({ kind: 'not-allowed' })
  })

  it('opens one kiosk with each, and none with a company’s ID token or one that it made up', async () => {
    const kiosks = [await stage.openKiosk(), await stage.openKiosk()] as const
    for (const { user_code } of kiosks) await new PageWalker().ask(stage.linkTo(user_code))
    await (await stage.walkToApproval(await stage.openKiosk())).press('Cancel')
    const [idToken = ''] = stage.company.journal.secretsOf('ID token').slice(-1)
    const token = String((await askForUserToken(stage, 'alex-morgan', await ownToken(stage))).body.access_token)
    const bind = async (kiosk: 0 | 1, subjectToken: string, type = ACCESS_TOKEN_TYPE) =>
      (await exchange(stage, kiosks[kiosk].user_code, subjectToken, { subject_token_type: type })).body.error
    expect(await bind(0, idToken)).toBe('invalid_request')
    expect(await bind(0, idToken, 'urn:ietf:params:oauth:token-type:id_token')).toBe('invalid_request')
    expect(await bind(0, 'made-up')).toBe('invalid_request')
    expect(await bind(0, token)).toBeUndefined()
    expect(await bind(1, token)).toBe('invalid_request')
    expect(await stage.pollError(kiosks[1])).toBe('authorization_pending')
  })
})
