/** The portal's own pages under somebody else's buttons, in a real browser that holds the person's cookie. None may be shown. */
import { type Browser, type BrowserContext, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findChromium } from '../../scripts/find-chromium.mjs'
import { trustSwitch } from '../identity-provider/throwaway-ca.ts'
import { type PortalStage, setPortalStage } from './portal-stage.fixture.ts'

let stage: PortalStage
let browser: Browser
beforeAll(async () => {
  // A browser on a busy machine takes its time to come back for the answer.
  stage = await setPortalStage({ portal: { answerLimitSeconds: 50 } })
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('no Chromium: run "npm run setup"')
  const args = ['--disable-gpu', '--no-sandbox', trustSwitch(stage.provider.ca)]
  browser = await chromium.launch({ executablePath, args })
})
afterAll(async () => {
  await browser?.close()
  await stage?.close()
})

/** Of the same site, so that the browser sends the portal's cookie into the frame: the worst place for it. */
const ATTACKER = 'https://localhost:1/win-a-prize'

/** Opens the attacker's page around one of the portal's, and answers the frame with it. */
async function frame(context: BrowserContext, path: string) {
  const page = await context.newPage()
  const html = `<!doctype html><h1>Win a prize</h1><iframe src="${stage.origin}${path}"></iframe>`
  await page.route(ATTACKER, (route) => route.fulfill({ contentType: 'text/html', body: html }))
  const asked = page.waitForRequest(stage.origin + path)
  await page.goto(ATTACKER)
  // Without the cookie this would be the page that has run out.
  expect((await (await asked).allHeaders()).cookie).toContain('__Host-sign-in=')
  return page
}

async function expectNoFrameShows(context: BrowserContext, path: string): Promise<void> {
  const page = await frame(context, path)
  await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/)
  expect(await page.frames()[1]?.content()).not.toContain('<form')
  await page.close()
}

/** What would be seen in the frame if the portal did not forbid it. */
async function headingWithoutGuards(context: BrowserContext, path: string): Promise<string | null> {
  await context.route(stage.origin + path, async (route) => {
    const response = await route.fetch()
    const { 'content-security-policy': _policy, 'x-frame-options': _options, ...headers } = response.headers()
    await route.fulfill({ response, headers })
  })
  const page = await frame(context, path)
  const heading = await page.frameLocator('iframe').locator('h1').textContent()
  await page.close()
  await context.unroute(stage.origin + path)
  return heading
}

function approvalOf(userCode: string): Promise<void> {
  const { approvals } = stage.provider.journal
  return expect.poll(() => approvals.some((approval) => approval.userCode === userCode)).toBe(true)
}

describe('in another page’s frame', () => {
  it('neither of the pages with a button is shown, nor the page at the end', async () => {
    const context = await browser.newContext()
    const page = await context.newPage()
    const shows = (name: string) => page.getByRole('heading', { name, level: 1 }).waitFor()
    const press = (name: string) => page.getByRole('button', { name }).click()
    const kiosk = await stage.openKiosk()
    await page.goto(stage.linkTo(kiosk.user_code))
    await shows('Is this the code on the kiosk’s screen?')
    expect(await headingWithoutGuards(context, '/sign-in')).toBe('Is this the code on the kiosk’s screen?')
    await expectNoFrameShows(context, '/sign-in')
    await press('Yes, continue')
    await press('Alex Morgan')
    await shows('Sign in as Alex Morgan?')
    expect(await headingWithoutGuards(context, '/sign-in')).toBe('Sign in as Alex Morgan?')
    await expectNoFrameShows(context, '/sign-in')
    await press('Yes, sign me in')
    await approvalOf(kiosk.user_code)
    await stage.subjectOf(kiosk)
    await shows('The kiosk has your sign-in')
    expect(await headingWithoutGuards(context, '/sign-in/result')).toBe('The kiosk has your sign-in')
    await expectNoFrameShows(context, '/sign-in/result')
    await context.close()
  })
})
