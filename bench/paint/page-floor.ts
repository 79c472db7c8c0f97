/** Our page beside one that only writes text, in the same browser, on the same bridge: what the page itself costs. No shell, no helper. */
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import type { SessionState } from '../../contract/session-state.ts'
import {
  launchPageBrowser,
  openBuiltPage,
  PRETENDED_NOW_MS,
  pretendCode,
  pretendView,
  pushView,
  readPaints,
} from '../../demo/built-page.ts'
import type { PaintOptions } from './paint-options.ts'

const BARE_PAGE = join(import.meta.dirname, 'bare-page')
const PAGES = { ours: {}, bare: { folder: BARE_PAGE } } as const
export type PageName = keyof typeof PAGES

/** In milliseconds, each to the second frame after it. */
export type PageTimes = { firstPaintMs: number[]; changeMs: number[] }

const CODE = pretendCode({
  userCode: 'WDJB-MJHT',
  verificationUri: 'https://login.contoso.example/activate',
  qrText: 'https://login.contoso.example/activate?user_code=WDJB-MJHT',
  codePrefilled: true,
})

/** What a kiosk goes through, over and over. */
const STORY: readonly SessionState[] = [
  { kind: 'attract' },
  { kind: 'preparing', generation: 7, reason: 'request', replacedBecause: null },
  CODE,
  { kind: 'confirming', generation: 7, displayName: 'Alex', confirmByMs: PRETENDED_NOW_MS + 30_000 },
  {
    kind: 'trouble',
    code: 'provider-unreachable',
    providerError: null,
    since: 0,
    retryAt: PRETENDED_NOW_MS + 20_000,
    notBefore: null,
  },
]

async function loadOnce(browser: Browser, name: PageName): Promise<number> {
  const page = await openBuiltPage(browser, pretendView(CODE), { width: 1920, height: 1080, ...PAGES[name] })
  const [first] = (await readPaints(page)).filter(({ kind }) => kind === 'awaitingApproval')
  await page.context().close()
  return first?.atMs ?? Number.NaN
}

async function pushStory(browser: Browser, name: PageName, pushes: number): Promise<number[]> {
  const page = await openBuiltPage(browser, pretendView(CODE), { width: 1920, height: 1080, ...PAGES[name] })
  const times: number[] = []
  for (let sequence = 2; times.length < pushes; sequence++) {
    const session = STORY[sequence % STORY.length] ?? CODE
    times.push(await pushView(page, pretendView(session, { sequence })))
  }
  await page.context().close()
  return times
}

export async function measurePages({ pageLoads, pagePushes }: PaintOptions): Promise<Record<PageName, PageTimes>> {
  const browser = await launchPageBrowser()
  try {
    const times = { ours: { firstPaintMs: [], changeMs: [] }, bare: { firstPaintMs: [], changeMs: [] } } as Record<
      PageName,
      PageTimes
    >
    const names = Object.keys(PAGES) as PageName[]
    // Once for nothing: the first load also starts the renderer's process and fills Chromium's caches.
    for (const name of names) await loadOnce(browser, name)
    for (let load = 0; load < pageLoads; load++) {
      for (const name of names) times[name].firstPaintMs.push(await loadOnce(browser, name))
    }
    for (const name of names) times[name].changeMs = await pushStory(browser, name, pagePushes)
    return times
  } finally {
    await browser.close()
  }
}
