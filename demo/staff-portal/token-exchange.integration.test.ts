/** Attacks on the exchange that binds a kiosk's code to a person, over real HTTP. None may bind one. */
import { calculatePKCECodeChallenge, randomPKCECodeVerifier, randomState } from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { IdentityProvider } from '../identity-provider/identity-provider.ts'
import { askForCode, poll, postForm } from '../identity-provider/provider-client.ts'
import { TOKEN_EXCHANGE_GRANT_TYPE } from '../identity-provider/provider-request.ts'
import { PageWalker } from './page-walker.ts'
import { asClient, exchange, type PortalStage, setPortalStage } from './portal-stage.fixture.ts'

let stage: PortalStage
beforeAll(async () => {
  stage = await setPortalStage()
})
afterAll(() => stage.close())

/** An ID token as the portal gets it, for whoever knows the portal's secrets. */
async function signInAtCompany({ company, origin, settings }: PortalStage): Promise<string> {
  const verifier = randomPKCECodeVerifier()
  const redirect = `${origin}/login/callback`
  const { clientId } = settings.company
  const question = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirect,
    response_type: 'code',
    scope: 'openid profile',
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    // As in life: without one, two sign-ins within a second give the same token.
    nonce: randomState(),
  })
  const walker = new PageWalker()
  await walker.open(`${company.issuer}/auth?${question}`)
  await walker.press('Alex Morgan')
  const callback = walker.trail.find((address) => address.startsWith(redirect)) ?? ''
  const code = new URL(callback).searchParams.get('code') ?? ''
  const fields = { grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier }
  return String((await postForm(company, '/token', fields, asClient(settings.company))).body.id_token)
}

/** An ID token for a device of this provider. */
async function signInDevice(provider: IdentityProvider): Promise<string> {
  const device = await askForCode(provider)
  await provider.approve(device.user_code)
  return String((await poll(provider, device.device_code)).body.id_token)
}

describe('the token exchange', () => {
  it('is refused to a client without the scope', async () => {
    const weak = await setPortalStage({ registered: { scope: 'openid' } })
    try {
      const kiosk = await weak.openKiosk()
      const walker = await weak.walkToApproval(kiosk)
      expect((await walker.press('Yes, sign me in')).heading).toBe('This does not work right now')
      const idToken = await signInAtCompany(weak)
      expect((await exchange(weak, kiosk.user_code, idToken)).body.error).toBe('invalid_scope')
      expect(await weak.pollError(kiosk)).toBe('authorization_pending')
    } finally {
      await weak.close()
    }
  })

  it('needs a scope that no kiosk can ask for', async () => {
    for (const scope of ['device:approve', 'users:token']) {
      const fields = { client_id: stage.provider.clientId, scope: `openid ${scope}` }
      expect((await postForm(stage.provider, '/device/auth', fields)).body.error).toBe('invalid_scope')
    }
  })

  it('takes users:token for a scope as well', async () => {
    const other = await setPortalStage({ registered: { scope: 'users:token' } })
    try {
      const kiosk = await other.openKiosk()
      await other.approve(await other.walkToApproval(kiosk))
      expect(await other.subjectOf(kiosk)).toBe('alex-morgan')
    } finally {
      await other.close()
    }
  })

  it('is refused to the kiosk itself, and to a wrong secret', async () => {
    const fields = { grant_type: TOKEN_EXCHANGE_GRANT_TYPE, subject_token: 'x', resource: 'x' }
    const kiosk = { ...fields, client_id: stage.provider.clientId }
    expect((await postForm(stage.provider, '/token', kiosk)).body.error).toBe('invalid_request')
    const wrong = asClient({ ...stage.settings.kioskProvider, clientSecret: 'guessed' })
    expect((await postForm(stage.provider, '/token', fields, wrong)).body.error).toBe('invalid_client')
  })

  it.each<[what: string, makeToken: () => Promise<string>]>([
    ['nonsense', async () => 'nonsense'],
    ['an ID token of the kiosk’s own provider', () => signInDevice(stage.provider)],
    ['an ID token of the company, for another of its clients', () => signInDevice(stage.company)],
  ])('takes nobody’s word for a person: %s', async (_what, makeToken) => {
    const kiosk = await stage.openKiosk()
    await new PageWalker().ask(stage.linkTo(kiosk.user_code))
    expect((await exchange(stage, kiosk.user_code, await makeToken())).body.error).toBe('invalid_request')
    expect(await stage.pollError(kiosk)).toBe('authorization_pending')
  })

  it('binds one kiosk for one sign-in of a person, and each code once', async () => {
    const kiosks = [await stage.openKiosk(), await stage.openKiosk()] as const
    for (const { user_code } of kiosks) await new PageWalker().ask(stage.linkTo(user_code))
    const [first, second] = [await signInAtCompany(stage), await signInAtCompany(stage)]
    expect((await exchange(stage, kiosks[0].user_code, first)).status).toBe(200)
    expect((await exchange(stage, kiosks[1].user_code, first)).body.error).toBe('invalid_request')
    expect((await exchange(stage, kiosks[0].user_code, second)).body.error).toBe('invalid_grant')
    expect(await stage.pollError(kiosks[1])).toBe('authorization_pending')
  })

  it('knows a used sign-in again when its signature is spelled otherwise', async () => {
    const kiosks = [await stage.openKiosk(), await stage.openKiosk()] as const
    for (const { user_code } of kiosks) await new PageWalker().ask(stage.linkTo(user_code))
    const idToken = await signInAtCompany(stage)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    // The last letter of a 256-byte signature holds four bits that say nothing.
    const respelled = idToken.slice(0, -1) + alphabet[alphabet.indexOf(idToken.slice(-1)) ^ 1]
    expect((await exchange(stage, kiosks[0].user_code, idToken)).status).toBe(200)
    expect((await exchange(stage, kiosks[1].user_code, respelled)).body.error).toBe('invalid_request')
    expect(await stage.pollError(kiosks[1])).toBe('authorization_pending')
  })

  it('binds no code that nobody scanned', async () => {
    const kiosk = await stage.openKiosk()
    const target = stage.linkTo(kiosk.user_code)
    const walker = new PageWalker()
    await walker.open(stage.initiate({ iss: stage.provider.issuer, target_link_uri: target }))
    await walker.press('Yes, continue')
    await walker.press('Alex Morgan')
    expect((await walker.press('Yes, sign me in')).heading).toBe('That code was used before')
    expect(await stage.pollError(kiosk)).toBe('authorization_pending')
  })

  it('binds no code of a client that has not opted in, and sends nobody away from there', async () => {
    const plain = await setPortalStage({ registered: { optedIn: false } })
    try {
      const kiosk = await plain.openKiosk()
      const page = await new PageWalker().open(plain.linkTo(kiosk.user_code))
      expect([page.status, page.url]).toEqual([200, plain.linkTo(kiosk.user_code)])
      const idToken = await signInAtCompany(plain)
      expect((await exchange(plain, kiosk.user_code, idToken)).body.error).toBe('invalid_grant')
      expect(await plain.pollError(kiosk)).toBe('authorization_pending')
    } finally {
      await plain.close()
    }
  })

  it('tells nobody of a grant for a token that has ended', async () => {
    const { provider, settings } = stage
    const before = provider.journal.secretsOf('access token').length
    await stage.approve(await stage.walkToApproval(await stage.openKiosk()))
    const [token = ''] = provider.journal.secretsOf('access token').slice(before)
    const ask = (path: string) => postForm(provider, path, { token }, asClient(settings.kioskProvider))
    expect((await ask('/token/introspection')).body).toHaveProperty('device_grant_answered')
    expect((await ask('/token/revocation')).status).toBe(200)
    expect((await ask('/token/introspection')).body).toEqual({ active: false })
  })

  it.each([
    ['another audience', { audience: 'https://api.example' }, 'invalid_target'],
    ['an actor', { actor_token: 'x', actor_token_type: 'x' }, 'invalid_request'],
    ['a refresh token', { requested_token_type: 'urn:ietf:params:oauth:token-type:refresh_token' }, 'invalid_request'],
  ])('is refused where it asks for %s', async (_what, more, error) => {
    const kiosk = await stage.openKiosk()
    await new PageWalker().ask(stage.linkTo(kiosk.user_code))
    expect((await exchange(stage, kiosk.user_code, await signInAtCompany(stage), more)).body.error).toBe(error)
    expect(await stage.pollError(kiosk)).toBe('authorization_pending')
  })

  it('is refused to another company’s portal, and so is declining', async () => {
    const foreign = await setPortalStage({ registered: { decidingClientId: 'fabrikam-portal' } })
    try {
      const kiosk = await foreign.openKiosk()
      const walker = await foreign.walkToApproval(kiosk)
      const idToken = await signInAtCompany(foreign)
      expect((await exchange(foreign, kiosk.user_code, idToken)).body.error).toBe('invalid_grant')
      expect((await walker.press('Cancel')).html).toContain('runs out by itself')
      expect(await foreign.pollError(kiosk)).toBe('authorization_pending')
    } finally {
      await foreign.close()
    }
  })

  it('gives the portal nothing but a look at this one grant', async () => {
    const { provider, settings } = stage
    const before = provider.journal.secretsOf('access token').length
    const kiosk = await stage.openKiosk()
    await stage.approve(await stage.walkToApproval(kiosk))
    // The company's token for the person is there as well, at the company.
    const [token = '', ...more] = provider.journal.secretsOf('access token').slice(before)
    expect(more).toEqual([])
    const look = () => postForm(provider, '/token/introspection', { token }, asClient(settings.kioskProvider))
    expect((await look()).body).toMatchObject({ active: true, scope: 'device:status', device_grant_answered: false })
    expect(await stage.subjectOf(kiosk)).toBe('alex-morgan')
    expect((await look()).body).toMatchObject({ device_grant_answered: true })
    const headers = { authorization: `Bearer ${token}` }
    expect((await fetch(`${provider.issuer}/me`, { headers })).status).toBe(401)
    const { user_code } = await stage.openKiosk()
    expect((await postForm(provider, '/device/decline', { user_code }, headers)).status).toBe(401)
  })
})

describe('a person who comes back to the kiosk’s provider', () => {
  it('is not asked again about a code that came prefilled and was approved at the portal (implied consent)', async () => {
    const kiosk = await stage.openKiosk()
    const walker = await stage.walkToApproval(kiosk)
    await stage.approve(walker)
    expect((await walker.open(stage.linkTo(kiosk.user_code))).heading).toBe('You can look up')
  })

  it('is asked about a code that was typed, which goes to no portal', async () => {
    const { provider } = stage
    const kiosk = await stage.openKiosk()
    const walker = new PageWalker()
    await walker.open(`${provider.issuer}/device`)
    const form = walker.formWith('Continue')
    await walker.open(form.url, { fields: { ...form.fields, user_code: kiosk.user_code } })
    expect(walker.page.heading).toBe('Is this the code on the kiosk’s screen?')
    expect(walker.trail.every((address) => address.startsWith(provider.issuer))).toBe(true)
    expect((await exchange(stage, kiosk.user_code, await signInAtCompany(stage))).body.error).toBe('invalid_grant')
  })
})
