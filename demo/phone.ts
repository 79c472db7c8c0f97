/** A second browser that plays a person's phone on real pages, a provider's or a portal's. Never writes outside its work folder. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { trustSwitch } from './identity-provider/throwaway-ca.ts'

export type PhoneOptions = {
  chromiumPath: string
  /** Base64 SHA-256 of the one server key this phone trusts beside the public authorities. */
  serverSpkiSha256: string
  /** Takes profile, temporary files and home of the browser; made when missing. */
  workFolder: string
}

type PhoneVisit = {
  /** What the kiosk's QR or text says: `verification_uri` or `verification_uri_complete`. */
  url: string
  /** Typed where the page asks for it. */
  userCode?: string
}

export type Phone = {
  /** Walks through to the page that says "look up", as this account; answers what that page said. */
  approve(visit: PhoneVisit & { account: { name: string } }): Promise<{ approvedAtEpochMs: number; outcome: string }>
  /** Presses "Cancel" where the person compares the codes. */
  decline(visit: PhoneVisit): Promise<{ declinedAtEpochMs: number }>
  close(): Promise<void>
}

const STEP_TIMEOUT_MS = 20_000
const VIEWPORT = { width: 390, height: 844 }

/** What the provider's last page says, and a portal's. */
const SIGNED_IN = /^(You can look up|The kiosk has your sign-in)$/

/** Nothing but the pages: no update, no sync, no background request of the browser. */
const QUIET_ARGUMENTS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

async function launch({ chromiumPath, serverSpkiSha256, workFolder }: PhoneOptions): Promise<BrowserContext> {
  const folder = (name: string): string => join(workFolder, name)
  const environment = {
    HOME: folder('home'),
    TMPDIR: folder('temporary'),
    XDG_CONFIG_HOME: folder('config'),
    XDG_CACHE_HOME: folder('cache'),
    XDG_DATA_HOME: folder('data'),
    XDG_RUNTIME_DIR: folder('runtime'),
  }
  const profileFolder = folder('profile')
  for (const path of [...Object.values(environment), profileFolder]) await mkdir(path, { recursive: true, mode: 0o700 })
  return chromium.launchPersistentContext(profileFolder, {
    executablePath: chromiumPath,
    headless: true,
    // Ctrl+C is the caller's to handle: Playwright's own handlers would end the process before it cleaned up.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    artifactsDir: folder('artifacts'),
    env: { ...process.env, ...environment },
    args: [...QUIET_ARGUMENTS, trustSwitch({ serverSpkiSha256 })],
  })
}

/** Opens the link and gets to the page that compares the codes, at the provider or at the portal it leads to. */
async function openConfirmPage(page: Page, { url, userCode }: PhoneVisit): Promise<void> {
  const codeField = page.getByRole('textbox', { name: 'Code' })
  const confirm = page.getByRole('button', { name: 'Yes, continue' })
  await page.goto(url)
  await codeField.or(confirm).waitFor()
  if (await confirm.isVisible()) return
  if (userCode === undefined) throw new Error(`${url} asks for the code, and this visit has none`)
  await codeField.fill(userCode)
  await page.getByRole('button', { name: 'Continue' }).click()
  const problem = page.getByRole('alert')
  await confirm.or(problem).waitFor()
  if (await problem.isVisible()) throw new Error(`the page says: ${await problem.textContent()}`)
}

/** Does one visit in a context of its own: no cookie of another visit, as on another person's phone. */
async function visitAlone<T>(browser: Browser, walk: (page: Page) => Promise<T>): Promise<T> {
  const context = await browser.newContext({ viewport: VIEWPORT, isMobile: true, hasTouch: true, deviceScaleFactor: 2 })
  context.setDefaultTimeout(STEP_TIMEOUT_MS)
  const page = await context.newPage()
  try {
    return await walk(page)
  } catch (cause) {
    // A browser that is gone has no title; what went wrong is in the cause.
    const title = await page.title().catch(() => 'none')
    throw new Error(`the phone did not get past the page "${title}" at ${page.url()}`, { cause })
  } finally {
    await context.close()
  }
}

/**
 * Starts the phone's browser. It stays open between visits, so that a visit takes a person's time, not a browser's.
 */
export async function openPhone(options: PhoneOptions): Promise<Phone> {
  const ownContext = await launch(options)
  const browser = ownContext.browser()
  if (!browser) throw new Error('the phone’s browser gives no access to further contexts')
  return {
    approve: ({ account, ...visit }) =>
      visitAlone(browser, async (page) => {
        await openConfirmPage(page, visit)
        await page.getByRole('button', { name: 'Yes, continue' }).click()
        const choice = page.getByRole('button', { name: account.name })
        await choice.waitFor()
        let approvedAtEpochMs = Date.now()
        await choice.click()
        const outcome = page.getByRole('heading', { name: SIGNED_IN })
        const approve = page.getByRole('button', { name: 'Yes, sign me in' })
        await approve.or(outcome).waitFor()
        // The kiosk's provider took the choice for an approval; a company's portal asks once more, with name and code.
        if (await approve.isVisible()) {
          approvedAtEpochMs = Date.now()
          await approve.click()
          await outcome.waitFor()
        }
        return { approvedAtEpochMs, outcome: await outcome.innerText() }
      }),
    decline: (visit) =>
      visitAlone(browser, async (page) => {
        await openConfirmPage(page, visit)
        const declinedAtEpochMs = Date.now()
        await page.getByRole('button', { name: 'Cancel' }).click()
        await page.getByRole('heading', { name: 'Sign-in cancelled' }).waitFor()
        return { declinedAtEpochMs }
      }),
    close: () => ownContext.close(),
  }
}
