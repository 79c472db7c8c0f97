/** The fixture of the specs about the page alone: one browser, one server and one page for all of a worker's tests. */
import { test as base } from '@playwright/test'
import { servePage } from '../../demo/page-server.ts'
import { launchGalleryBrowser } from './gallery-browser.ts'
import { type GalleryPage, type GalleryPageOptions, openGalleryPage } from './gallery-page.ts'
import { type Look, MAIN_PANELS, type Panel } from './looks.ts'

type Studio = { chromiumVersion: string; open(options?: GalleryPageOptions): Promise<GalleryPage> }

type OfTest = {
  /** Without motion, and at a density of one: loaded anew for each test. */
  gallery: GalleryPage
}
type OfWorker = { studio: Studio; keptPage: GalleryPage }

export const test = base.extend<OfTest, OfWorker>({
  studio: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from this pattern what a fixture needs
    async ({}, use) => {
      const browser = await launchGalleryBrowser()
      const server = await servePage()
      await use({
        chromiumVersion: browser.version(),
        open: (options) => openGalleryPage(browser, server.url, options),
      })
      await browser.close()
      server.close()
    },
    { scope: 'worker' },
  ],
  keptPage: [({ studio }, use) => studio.open().then(use), { scope: 'worker' }],
  gallery: async ({ keptPage }, use) => {
    await keptPage.load()
    await use(keptPage)
  },
})

export { expect } from '@playwright/test'

const [landscape, portrait] = MAIN_PANELS as [Panel, Panel]

/** As most kiosks are seen. */
/** Marks what `npm run e2e:screens` looks at and `npm test` has no time for. */
export const WHOLE = '@whole'

export const PLAIN_LOOK: Look = { panel: landscape, pixelRatio: 1, theme: 'dark', language: 'en' }
export const UPRIGHT_LOOK: Look = { ...PLAIN_LOOK, panel: portrait }
