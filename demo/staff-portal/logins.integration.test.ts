/** Attacks on the way back from the company's login, over real HTTP with real providers. None may carry a login elsewhere. */
import { randomState } from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PageWalker } from './page-walker.ts'
import { type PortalStage, setPortalStage } from './portal-stage.fixture.ts'

let stage: PortalStage
beforeAll(async () => {
  stage = await setPortalStage()
})
afterAll(() => stage.close())

describe('the answer of the company’s login', () => {
  /** Presses through to the address with which the company sends the person back, and does not go there. */
  async function walkToCallback(kiosk: { user_code: string }): Promise<{ walker: PageWalker; callback: string }> {
    const walker = new PageWalker()
    await walker.open(stage.linkTo(kiosk.user_code))
    await walker.press('Yes, continue')
    const { url, fields } = walker.formWith('Samira Haddad')
    const { headers } = await walker.ask(url, { fields, headers: { origin: stage.company.issuer } })
    const resumed = await walker.ask(headers.get('location') ?? '')
    const callback = resumed.headers.get('location') ?? ''
    expect(callback).toMatch(`${stage.origin}/login/callback?code=`)
    return { walker, callback }
  }

  it('is worth nothing a second time (replayed state)', async () => {
    const { walker, callback } = await walkToCallback(await stage.openKiosk())
    const stolen = walker.copy()
    expect((await walker.open(callback)).heading).toBe('Sign in as Samira Haddad?')
    for (const browser of [walker, stolen]) {
      expect((await browser.ask(callback)).heading).toBe('This page has run out')
    }
  })

  it.each([
    ['a nonce that is not this try’s', 'nonce'],
    ['a code that only somebody else’s PKCE verifier opens', 'code_challenge'],
  ])('is worth nothing with %s', async (_what, name) => {
    const walker = new PageWalker()
    await walker.open(stage.linkTo((await stage.openKiosk()).user_code))
    const { url, fields } = walker.formWith('Yes, continue')
    const { headers } = await walker.ask(url, { fields, headers: { origin: stage.origin } })
    const login = new URL(headers.get('location') ?? '')
    expect(login.searchParams.get(name)).toMatch(/^[\w-]{43}$/)
    login.searchParams.set(name, randomState())
    await walker.open(login.href)
    expect((await walker.press('Alex Morgan')).heading).toBe('You are not signed in')
    expect((await walker.open(`${stage.origin}/sign-in`)).heading).toBe('Is this the code on the kiosk’s screen?')
  })

  it('is worth nothing in another browser (login CSRF)', async () => {
    const attacker = await walkToCallback(await stage.openKiosk())
    const { walker: victim } = await walkToCallback(await stage.openKiosk())
    for (const browser of [new PageWalker(), victim]) {
      expect((await browser.ask(attacker.callback)).heading).toBe('This page has run out')
    }
  })

  it.each([
    ['an invented state', (callback: string) => callback.replace(/state=[^&]+/, 'state=invented')],
    ['no state', (callback: string) => callback.replace(/&?state=[^&]+/, '')],
    ['two states', (callback: string) => `${callback}&state=invented`],
  ])('is worth nothing with %s', async (_what, change) => {
    const { walker, callback } = await walkToCallback(await stage.openKiosk())
    expect((await walker.ask(change(callback))).heading).toBe('This page has run out')
    // What came in between did no harm to the person's own way.
    expect((await walker.open(callback)).heading).toBe('Sign in as Samira Haddad?')
  })

  it('gives whoever planted the cookie before the login nothing after it (session fixation)', async () => {
    const kiosk = await stage.openKiosk()
    const { walker: victim, callback } = await walkToCallback(kiosk)
    const attacker = victim.copy()
    await victim.open(callback)
    const { url, fields } = victim.formWith('Yes, sign me in')
    expect((await attacker.ask(`${stage.origin}/sign-in`)).heading).toBe('This page has run out')
    expect((await attacker.ask(url, { fields, headers: { origin: stage.origin } })).status).toBe(400)
    expect(await stage.pollError(kiosk)).toBe('authorization_pending')
  })

  it.each([
    [
      'opens another link',
      async (walker: PageWalker) => walker.open(stage.linkTo((await stage.openKiosk()).user_code)),
      'This page has run out',
    ],
    ['approves', (walker: PageWalker) => stage.approve(walker), 'Your approval is on its way'],
  ])('gives whoever holds the cookie nothing more once its person %s', async (_when, goOn, heading) => {
    const kiosk = await stage.openKiosk()
    const walker = await stage.walkToApproval(kiosk)
    const thief = walker.copy()
    await goOn(walker)
    expect(walker.cookieHeader(stage.origin)).not.toBe(thief.cookieHeader(stage.origin))
    expect((await thief.ask(`${stage.origin}/sign-in`)).heading).toBe(heading)
    expect((await thief.ask(`${stage.origin}/sign-in/result`)).heading).toBe('This page has run out')
  })

  it('approves nothing by itself in a browser that is signed in at the company already', async () => {
    const walker = await stage.walkToApproval(await stage.openKiosk())
    const kiosk = await stage.openKiosk()
    await walker.open(stage.linkTo(kiosk.user_code))
    // No account is chosen this time: the company knows the browser.
    expect((await walker.press('Yes, continue')).heading).toBe('Sign in as Alex Morgan?')
    expect(walker.page.html).toContain(kiosk.user_code)
    expect(await stage.pollError(kiosk)).toBe('authorization_pending')
  })

  it('leads back to the code where the person said no there', async () => {
    const walker = new PageWalker()
    await walker.open(stage.linkTo((await stage.openKiosk()).user_code))
    await walker.press('Yes, continue')
    const refused = await walker.press('Cancel')
    expect(refused.heading).toBe('You are not signed in')
    expect((await walker.ask(refused.url)).heading).toBe('This page has run out')
    expect((await walker.open(`${stage.origin}/sign-in`)).heading).toBe('Is this the code on the kiosk’s screen?')
  })
})
