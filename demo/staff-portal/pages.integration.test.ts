/** The portal's pages in a real browser on a narrow phone: readable for everybody, in light and dark, and in no frame. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPages } from '../../fleet/staff-portal/pages.ts'
import { findChromium } from '../../scripts/find-chromium.mjs'
import { PROVIDER_PATHS } from '../identity-provider/provider-request.ts'
import { trustSwitch } from '../identity-provider/throwaway-ca.ts'
import { PageWalker } from './page-walker.ts'
import { type PortalStage, setPortalStage } from './portal-stage.fixture.ts'

declare global {
  interface Window {
    axe: typeof axe
  }
}

const AXE_SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const NARROW_PHONE = { width: 360, height: 640 }

let stage: PortalStage
let browser: Browser
beforeAll(async () => {
  // A browser on a busy machine takes its time to come back for the answer.
  stage = await setPortalStage({ portal: { answerLimitSeconds: 50 } })
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('no Chromium: run "npm run setup"')
  browser = await chromium.launch({
    executablePath,
    args: ['--disable-gpu', '--no-sandbox', trustSwitch(stage.provider.ca)],
  })
})
afterAll(async () => {
  await browser?.close()
  await stage?.close()
})

/** What is wrong with a page as it stands there. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(AXE_SOURCE)
  return page.evaluate(async () => {
    const { violations, incomplete } = await window.axe.run()
    const unsure = incomplete.filter(({ id }) => id === 'color-contrast')
    const wide = document.documentElement.scrollWidth > window.innerWidth ? ['wider than the phone'] : []
    const low = [...document.querySelectorAll('button, a')].filter(
      (button) => button.getBoundingClientRect().height < 44,
    )
    return [
      ...[...violations, ...unsure].map(({ id, help }) => `${id}: ${help}`),
      ...wide,
      ...low.map(() => 'a low button'),
    ]
  })
}

describe.each(['light', 'dark'] as const)('on a narrow phone, %s', (colorScheme) => {
  it('are free of faults from the first to the last', async () => {
    const context = await browser.newContext({ viewport: NARROW_PHONE, isMobile: true, hasTouch: true, colorScheme })
    const page = await context.newPage()
    const faults: Record<string, string[]> = {}
    const look = async (heading: string) => {
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor()
      faults[heading] = await faultsOf(page)
    }
    const kiosk = await stage.openKiosk()
    await page.goto(stage.linkTo(kiosk.user_code))
    await look('Is this the code on the kiosk’s screen?')
    await page.getByRole('button', { name: 'Yes, continue' }).click()
    await page.getByRole('button', { name: 'Alex Morgan' }).click()
    await look('Sign in as Alex Morgan?')
    await page.getByRole('button', { name: 'Yes, sign me in' }).click()
    await expect
      .poll(() => stage.provider.journal.approvals.some(({ userCode }) => userCode === kiosk.user_code))
      .toBe(true)
    await stage.subjectOf(kiosk)
    await look('The kiosk has your sign-in')
    await page.goto(`${stage.origin}/login/initiate`)
    await look('This link does not belong to a kiosk')
    await page.goto(stage.linkTo((await stage.openKiosk()).user_code))
    await page.getByRole('button', { name: 'Cancel' }).click()
    await look('Sign-in cancelled')
    expect(Object.keys(faults)).toHaveLength(5)
    expect(faults).toEqual(Object.fromEntries(Object.keys(faults).map((heading) => [heading, []])))
    await context.close()
  })
})

describe('on a narrow phone, the longest names', () => {
  const name = 'Maximiliane Wolfeschlegelsteinhausenbergerdorff-Østergaard van den Bergh'
  const email = 'maximiliane.wolfeschlegelsteinhausenbergerdorff-ostergaard@reception.contoso.example'
  const person = { idToken: '', issuer: '', subject: '', name, email }
  const form = { userCode: 'ABCDEFGH-ABCDEFGH-ABCDEFGH-ABCDEFGH', csrfToken: '' }
  const pages = createPages('Königlich-Niederländische Gesellschaft für Empfangsdienste')

  it.each([
    ['before the login', pages.compare(form)],
    ['after it', pages.approve({ ...form, person })],
    ['at the end', pages.done(name)],
    ['where nothing was signed in', pages.problem('not-signed-in')],
  ])('stay on the page, %s', async (_when, content) => {
    const context = await browser.newContext({ viewport: NARROW_PHONE, isMobile: true, hasTouch: true })
    const page = await context.newPage()
    const address = `${stage.origin}/long-names`
    const html = String(await content)
    await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body: html }))
    await page.goto(address)
    expect(await faultsOf(page)).toEqual([])
    await context.close()
  })
})

describe('the page that waits for the kiosk', () => {
  it('stays until the kiosk has been answered, and claims nothing before', async () => {
    const kiosk = await stage.openKiosk()
    const walker = await stage.walkToApproval(kiosk)
    await stage.approve(walker)
    const waiting = await walker.ask(`${stage.origin}/sign-in`)
    expect(waiting.heading).toBe('One moment')
    const result = walker.ask(`${stage.origin}/sign-in/result`)
    const looks = () => stage.provider.journal.requests.filter(({ path }) => path === '/token/introspection').length
    const before = looks()
    await expect.poll(looks).toBeGreaterThan(before)
    expect(await stage.subjectOf(kiosk)).toBe('alex-morgan')
    expect((await result).heading).toBe('The kiosk has your sign-in')
  })

  it('asks again where the provider does not answer for a moment', async () => {
    const kiosk = await stage.openKiosk()
    const walker = await stage.walkToApproval(kiosk)
    await stage.approve(walker)
    const failed = () =>
      stage.provider.journal.requests.filter(
        ({ path, status }) => path === PROVIDER_PATHS.introspection && status === 503,
      )
    stage.provider.setOutage(true)
    const result = walker.ask(`${stage.origin}/sign-in/result`)
    await expect.poll(() => failed().length).toBeGreaterThan(0)
    stage.provider.setOutage(false)
    expect(await stage.subjectOf(kiosk)).toBe('alex-morgan')
    expect((await result).heading).toBe('The kiosk has your sign-in')
  })

  it.each([
    ['at its limit', { portal: { answerLimitSeconds: 1 } }],
    ['at once where the provider does not tell', { registered: { tellsStatus: false } }],
  ])('says "look at the kiosk" %s, and claims nothing', async (_when, options) => {
    const other = await setPortalStage(options)
    try {
      const walker = await other.walkToApproval(await other.openKiosk())
      expect((await walker.press('Yes, sign me in')).heading).toBe('Look at the kiosk')
    } finally {
      await other.close()
    }
  })
})

describe('the pages', () => {
  it('hold no script, and keep their addresses to themselves', async () => {
    const walker = new PageWalker()
    const pages = [
      await walker.ask(stage.initiate({})),
      await walker.open(stage.linkTo((await stage.openKiosk()).user_code)),
    ]
    await walker.press('Yes, continue')
    pages.push(
      await walker.press('Alex Morgan'),
      await walker.press('Cancel'),
      await walker.ask(`${stage.origin}/nothing`),
    )
    const policy = [
      "default-src 'none'",
      "style-src 'self'",
      'img-src data:',
      `form-action 'self' ${stage.company.issuer}`,
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ]
    for (const { headers, html } of pages) {
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-security-policy': policy.join('; '),
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
        'strict-transport-security': 'max-age=15552000',
      })
      expect(html).not.toMatch(/<script|\son[a-z]+=|\sstyle=/)
    }
  })

  it('come with a cookie that only this server gets back', async () => {
    const genuine = { iss: stage.provider.issuer, target_link_uri: stage.linkTo('BCDF-GHJK') }
    const { headers } = await new PageWalker().ask(stage.initiate(genuine))
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-sign-in=[\w-]{43}; Max-Age=300; Path=\/; HttpOnly; Secure; SameSite=Lax$/),
    ])
  })
})
