/** Attacks on the portal's forms, over real HTTP with real providers. None may approve or decline for somebody else. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PageWalker } from './page-walker.ts'
import { type PortalStage, setPortalStage } from './portal-stage.fixture.ts'

let stage: PortalStage
beforeAll(async () => {
  stage = await setPortalStage()
})
afterAll(() => stage.close())

describe('a form of the portal', () => {
  it.each([
    ['without its token', { csrf: '' }, {}],
    ['with a token of its own making', { csrf: 'aaaaaaaa-bbbbbbbb-cccccccc' }, {}],
    ['sent by another site', {}, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['sent by nobody', {}, { origin: 'null' }],
  ])('does nothing %s', async (_what, fields, headers) => {
    const kiosk = await stage.openKiosk()
    const walker = await stage.walkToApproval(kiosk)
    for (const button of ['Yes, sign me in', 'Cancel']) {
      const form = walker.formWith(button)
      const attacker = walker.copy()
      const post = { fields: { ...form.fields, ...fields }, headers: { origin: stage.origin, ...headers } }
      expect((await attacker.ask(form.url, post)).heading).toBe('This page has run out')
    }
    expect(await stage.pollError(kiosk)).toBe('authorization_pending')
    // The person's own form still works.
    expect((await stage.approve(walker)).status).toBe(303)
  })

  it('starts no login without its token', async () => {
    const walker = new PageWalker()
    await walker.open(stage.linkTo((await stage.openKiosk()).user_code))
    const { url } = walker.formWith('Yes, continue')
    const page = await walker.ask(url, { fields: {}, headers: { origin: stage.origin } })
    expect([page.status, page.headers.get('location')]).toEqual([400, null])
  })

  it('approves once, however often and however fast it is sent', async () => {
    const kiosk = await stage.openKiosk()
    const walker = await stage.walkToApproval(kiosk)
    const exchanges = () => stage.provider.journal.requests.filter(({ grantType }) => grantType?.includes('exchange'))
    const before = exchanges().length
    const browsers = [walker.copy(), walker.copy(), walker.copy()]
    // Three connections stand ready afterwards, so that the presses arrive together.
    await Promise.all(browsers.map((browser) => browser.ask(`${stage.origin}/sign-in`)))
    const answers = await Promise.all(browsers.map((browser) => stage.approve(browser)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 303, 303])
    expect(exchanges()).toHaveLength(before + 1)
    expect(stage.provider.journal.approvals.filter(({ userCode }) => userCode === kiosk.user_code)).toHaveLength(1)
  })

  it.each(['Yes, sign me in', 'Cancel'])('never denies an approval that is on its way: %s', async (button) => {
    const kiosk = await stage.openKiosk()
    const walker = await stage.walkToApproval(kiosk)
    const late = walker.copy()
    const { url, fields } = late.formWith(button)
    const post = { fields, headers: { origin: stage.origin } }
    // A browser that turns to the second press forgets the answer to the first, and its cookie.
    expect((await stage.approve(walker)).status).toBe(303)
    // The way back, with the old cookie and with the new one.
    expect((await late.open(`${stage.origin}/sign-in`)).heading).toBe('Your approval is on its way')
    expect((await late.open(url, post)).heading).toBe('Your approval is on its way')
    expect((await walker.ask(url, post)).headers.get('location')).toBe('/sign-in')
    expect(await stage.subjectOf(kiosk)).toBe('alex-morgan')
  })

  it('cannot be sent for another step than the one that it showed', async () => {
    const kiosk = await stage.openKiosk()
    const walker = new PageWalker()
    await walker.open(stage.linkTo(kiosk.user_code))
    const { fields } = walker.formWith('Yes, continue')
    await walker.press('Yes, continue')
    await walker.press('Alex Morgan')
    const page = await walker.ask(`${stage.origin}/sign-in/approve`, { fields, headers: { origin: stage.origin } })
    expect(page.heading).toBe('This page has run out')
    expect(await stage.pollError(kiosk)).toBe('authorization_pending')
  })
})

describe('a Cancel before the login', () => {
  it('stops this browser, and neither ends nor judges a code of which anybody may have opened the link', async () => {
    const { provider } = stage
    const asked = () => provider.journal.requests.filter(({ path }) => path === '/device/decline').length
    const before = asked()
    const kiosk = await stage.openKiosk()
    for (const userCode of [kiosk.user_code, 'BCDF-GHJK']) {
      const walker = new PageWalker()
      await walker.open(stage.initiate({ iss: provider.issuer, target_link_uri: stage.linkTo(userCode) }))
      expect((await walker.press('Cancel')).html).toContain('The kiosk’s code runs out by itself')
      expect((await walker.ask(`${stage.origin}/sign-in`)).heading).toBe('This page has run out')
    }
    expect([asked(), await stage.pollError(kiosk)]).toEqual([before, 'authorization_pending'])
  })
})

describe('what the portal writes down', () => {
  it('says who approved and who declined, where a forged link led, and no token', async () => {
    const lines: [string, object][] = []
    const other = await setPortalStage({ log: (event, details) => lines.push([event, details]) })
    try {
      const [yes, no] = [await other.openKiosk(), await other.openKiosk()]
      await other.approve(await other.walkToApproval(yes))
      await (await other.walkToApproval(no)).press('Cancel')
      const forged = { iss: other.provider.issuer, target_link_uri: 'https://evil.example/device?user_code=AB-CD' }
      await new PageWalker().ask(other.initiate(forged))
      const subject = 'alex-morgan'
      const bound = { userCode: yes.user_code, issuer: other.company.issuer, subject, name: 'Alex Morgan' }
      const why = 'target: https://evil.example/device'
      expect(lines).toEqual([
        ['bound', bound],
        ['declined', { userCode: no.user_code, isTold: true, by: subject }],
        ['refused', { problem: 'link', why, path: '/login/initiate' }],
      ])
    } finally {
      await other.close()
    }
  })
})

describe('two kiosks', () => {
  it('never get each other’s person by a swapped user code', async () => {
    const [mine, theirs] = [await stage.openKiosk(), await stage.openKiosk()]
    const walker = await stage.walkToApproval(mine)
    const { url, fields } = walker.formWith('Yes, sign me in')
    // Whoever lures the browser to another kiosk's code in the middle takes the old page's form away with it.
    await walker.open(stage.linkTo(theirs.user_code))
    const stale = await walker.ask(url, { fields, headers: { origin: stage.origin } })
    expect(stale.heading).toBe('This page has run out')
    // A code in the form is nothing that the portal reads.
    const again = await stage.walkToApproval(mine)
    const form = again.formWith('Yes, sign me in')
    const swapped = { ...form.fields, user_code: theirs.user_code, target_link_uri: stage.linkTo(theirs.user_code) }
    await again.ask(form.url, { fields: swapped, headers: { origin: stage.origin } })
    expect(await stage.pollError(theirs)).toBe('authorization_pending')
    expect(await stage.subjectOf(mine)).toBe('alex-morgan')
  })

  it('keep two people apart who sign in at the same moment', async () => {
    const [mine, theirs] = [await stage.openKiosk(), await stage.openKiosk()]
    const [alex, samira] = [await stage.walkToApproval(mine), await stage.walkToApproval(theirs, 'Samira Haddad')]
    const swapped = alex.formWith('Yes, sign me in')
    const crossed = await samira.copy().ask(swapped.url, { fields: swapped.fields, headers: { origin: stage.origin } })
    expect(crossed.heading).toBe('This page has run out')
    await Promise.all([stage.approve(samira), stage.approve(alex)])
    expect([await stage.subjectOf(mine), await stage.subjectOf(theirs)]).toEqual(['alex-morgan', 'samira-haddad'])
  })
})
