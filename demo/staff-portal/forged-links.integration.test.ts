/** Attacks on the portal's front door, one test a row, over real HTTP. None may get a cookie or be sent on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PageWalker } from './page-walker.ts'
import { type PortalStage, setPortalStage } from './portal-stage.fixture.ts'

let stage: PortalStage
beforeAll(async () => {
  stage = await setPortalStage()
})
afterAll(() => stage.close())

describe('somebody sent to the portal by a forged link', () => {
  const EVIL = 'https://evil.example'

  /** What the portal is sent, from what the provider would send. */
  const LINKS: [what: string, forge: (genuine: Record<string, string>) => Record<string, string>][] = [
    ['a foreign issuer', (genuine) => ({ ...genuine, iss: EVIL })],
    ['a look-alike issuer: a slash more', (genuine) => ({ ...genuine, iss: `${genuine.iss}/` })],
    ['a look-alike issuer: other case', (genuine) => ({ ...genuine, iss: `${genuine.iss}`.replace('local', 'LOCAL') })],
    ['a look-alike issuer: without TLS', (genuine) => ({ ...genuine, iss: `${genuine.iss}`.replace('https', 'http') })],
    ['a look-alike issuer: a longer host', (genuine) => ({ ...genuine, iss: `${genuine.iss}.evil.example` })],
    [
      'a look-alike issuer: a letter of another script',
      (genuine) => ({ ...genuine, iss: `${genuine.iss}`.replace('o', 'о') }),
    ],
    [
      'a target at another origin',
      (genuine) => ({ ...genuine, target_link_uri: `${EVIL}/device?user_code=BCDF-GHJK` }),
    ],
    [
      'a target at another port',
      (genuine) => ({ ...genuine, target_link_uri: 'https://localhost:1/device?user_code=BCDF-GHJK' }),
    ],
    [
      'a target without TLS',
      (genuine) => ({ ...genuine, target_link_uri: `${genuine.target_link_uri}`.replace('https', 'http') }),
    ],
    [
      'a target at another path',
      (genuine) => ({ ...genuine, target_link_uri: `${genuine.target_link_uri}`.replace('/device', '/device/auth') }),
    ],
    [
      'a path that climbs back',
      (genuine) => ({ ...genuine, target_link_uri: `${genuine.target_link_uri}`.replace('/device', '/x/../device') }),
    ],
    [
      'a target without a scheme (//evil)',
      (genuine) => ({ ...genuine, target_link_uri: '//evil.example/device?user_code=BCDF-GHJK' }),
    ],
    [
      'a target in a script',
      (genuine) => ({ ...genuine, target_link_uri: 'javascript:alert(1)//device?user_code=BCDF-GHJK' }),
    ],
    [
      'the userinfo trick',
      (genuine) => ({
        ...genuine,
        target_link_uri: `${genuine.target_link_uri}`.replace('/device', '@evil.example/device'),
      }),
    ],
    [
      'userinfo of the provider',
      (genuine) => ({ ...genuine, target_link_uri: `${genuine.target_link_uri}`.replace('https://', 'https://x@') }),
    ],
    [
      'a backslash for a slash',
      (genuine) => ({ ...genuine, target_link_uri: `${genuine.target_link_uri}`.replace('/device', '\\device') }),
    ],
    [
      'an encoded newline in the target',
      (genuine) => ({ ...genuine, target_link_uri: `${genuine.target_link_uri}`.replace('/device', '/dev\nice') }),
    ],
    ['an encoded newline in the code', (genuine) => ({ ...genuine, target_link_uri: `${genuine.target_link_uri}%0A` })],
    ['a fragment', (genuine) => ({ ...genuine, target_link_uri: `${genuine.target_link_uri}#x` })],
    ['two codes', (genuine) => ({ ...genuine, target_link_uri: `${genuine.target_link_uri}&user_code=XXXX-XXXX` })],
    ['markup for a code', (genuine) => ({ ...genuine, target_link_uri: `${genuine.target_link_uri}<b>` })],
    [
      'another issuer inside the target',
      (genuine) => ({ ...genuine, target_link_uri: `${genuine.target_link_uri}&iss=${EVIL}` }),
    ],
    ['no issuer', ({ iss: _iss, ...rest }) => rest],
    ['no target', ({ target_link_uri: _target, ...rest }) => rest],
    ['no parameter', () => ({})],
    ['no code', (genuine) => ({ ...genuine, target_link_uri: `${stage.provider.issuer}/device` })],
  ]

  it.each(LINKS)('gets no further with %s', async (_what, forge) => {
    const genuine = { iss: stage.provider.issuer, target_link_uri: stage.linkTo('BCDF-GHJK') }
    const forged = forge(genuine)
    for (const post of [undefined, { fields: forged }]) {
      const walker = new PageWalker()
      const { status, headers, heading } = await walker.ask(
        post ? `${stage.origin}/login/initiate` : stage.initiate(forged),
        post,
      )
      expect([status, heading]).toEqual([400, 'This link does not belong to a kiosk'])
      expect([headers.get('location'), headers.get('set-cookie')]).toEqual([null, null])
    }
    // The same walk with what was forged put right, so that nothing else is what stopped it.
    expect((await new PageWalker().open(stage.initiate(genuine))).heading).toBe(
      'Is this the code on the kiosk’s screen?',
    )
  })

  it('gets no further with a parameter that comes twice', async () => {
    const genuine = stage.initiate({ iss: stage.provider.issuer, target_link_uri: stage.linkTo('BCDF-GHJK') })
    expect((await new PageWalker().ask(`${genuine}&iss=${stage.provider.issuer}`)).status).toBe(400)
  })

  it('gets to the code by a genuine one, with both methods, and the company hears who is expected', async () => {
    const genuine = {
      iss: stage.provider.issuer,
      target_link_uri: stage.linkTo('BCDF-GHJK'),
      login_hint: 'alex@reception.example',
    }
    const posted = new PageWalker()
    await posted.open(`${stage.origin}/login/initiate`, { fields: genuine })
    const got = new PageWalker()
    await got.open(stage.initiate(genuine))
    for (const walker of [posted, got]) {
      expect(walker.page.html).toContain('BCDF-GHJK')
      const { url, fields } = walker.formWith('Yes, continue')
      const { headers } = await walker.ask(url, { fields, headers: { origin: stage.origin } })
      const login = new URL(headers.get('location') ?? '')
      expect(login.origin).toBe(stage.company.issuer)
      expect(Object.fromEntries(login.searchParams)).toMatchObject({
        login_hint: 'alex@reception.example',
        code_challenge_method: 'S256',
        redirect_uri: `${stage.origin}/login/callback`,
      })
    }
  })

  it('is sent to the registered portal, whatever address the link itself brings', async () => {
    const { user_code } = await stage.openKiosk()
    const page = await new PageWalker().ask(`${stage.linkTo(user_code)}&initiate_login_uri=${EVIL}/login`)
    const location = new URL(page.headers.get('location') ?? '')
    expect(location.origin + location.pathname).toBe(`${stage.origin}/login/initiate`)
    expect(Object.fromEntries(location.searchParams)).toEqual({
      iss: stage.provider.issuer,
      target_link_uri: stage.linkTo(user_code),
    })
  })

  it('is not sent in circles by a portal that sends everybody back', async () => {
    const { user_code } = await stage.openKiosk()
    const walker = new PageWalker()
    const portalSendsBack = async (link: string, count = 0): Promise<number> => {
      const { headers } = await walker.ask(link)
      const target = new URL(headers.get('location') ?? link).searchParams.get('target_link_uri')
      return target === null || count === 9 ? count : portalSendsBack(target, count + 1)
    }
    // A few times all the same: people scan again where a page tells them to.
    expect(await portalSendsBack(stage.linkTo(user_code))).toBe(3)
    expect(walker.page.status).toBe(200)
    expect(await portalSendsBack(stage.linkTo(user_code))).toBe(0)
    expect(walker.cookieHeader(walker.page.url)).toContain('__Host-handed-over.reception-kiosk=')
    // The next kiosk's code is handed over as ever: it is no circle.
    expect(await portalSendsBack(stage.linkTo((await stage.openKiosk()).user_code))).toBe(3)
  })
})
