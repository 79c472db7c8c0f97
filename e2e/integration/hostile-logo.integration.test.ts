import type { Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BrandStage, openBrandStage } from './brand-stage.ts'
import { GOOD_LOGOS, type HostileLogo, hostileLogos } from './hostile-logos.ts'

/** What a browser does not draw at all, when it stands in a file that is opened by itself. */
const HUGE = /width="1000000000" height="500000000"/

describe('a logo from the bundle', () => {
  let stage: BrandStage
  let hostile: HostileLogo[]
  /** What the page made of each hostile logo; null where it shows the initial instead. */
  const cleaned = new Map<string, string | null>()

  beforeAll(async () => {
    stage = await openBrandStage()
    hostile = hostileLogos(stage.origin)
  })
  afterAll(() => stage.close())

  const mark = () => stage.page.locator('.brand-mark')

  /** The picture's address once this logo is on the screen, null once the initial is. */
  async function shown(id: string): Promise<string | null> {
    const handle = await stage.page.waitForFunction((wanted) => {
      const url = document.querySelector('.brand-mark img')?.getAttribute('src') ?? null
      if (url?.includes(encodeURIComponent(`id="${wanted}"`))) return { url }
      return document.querySelector('.brand-mark:not([data-logo])') ? { url: null } : null
    }, id)
    return ((await handle.jsonValue()) as { url: string | null }).url
  }

  /** All of them as pages within one page, pressed where they ask for it; closed once `settled` is through. */
  async function openAsPages(paths: readonly string[], settled: (page: Page) => Promise<unknown>): Promise<string[]> {
    const page = await stage.browser.newPage()
    const frames = paths.map((path) => `<iframe src="${path}"></iframe>`).join('')
    stage.serve('/frames.html', `<!doctype html><body>${frames}`)
    await page.goto(`${stage.origin}/frames.html`)
    for (const frame of page.frames()) {
      await frame
        .evaluate(() => document.querySelector('#press')?.dispatchEvent(new MouseEvent('click', { bubbles: true })))
        .catch(() => {})
    }
    await settled(page)
    await page.close()
    return stage.hits()
  }

  it('runs nothing and fetches nothing in the kiosk’s page, whatever it tries, with no policy to help', async () => {
    for (const { name, svg } of hostile) {
      await stage.show({}, { type: 'svg', bytes: Buffer.from(svg) })
      const url = await shown(name)
      cleaned.set(name, url && decodeURIComponent(url.slice(url.indexOf(',') + 1)))
      if (url !== null) await mark().click({ force: true })
      // Forgets the one before, which would stay until the next is ready.
      await stage.show({})
      await mark().and(stage.page.locator(':not([data-logo])')).waitFor()
    }
    await stage.page.waitForLoadState('networkidle')
    expect(stage.hits()).toEqual([])
    expect(stage.page.url()).toBe(`${stage.origin}/index.html`)
    const withoutPicture = [...cleaned].filter(([, picture]) => picture === null).map(([name]) => name)
    expect(withoutPicture).toEqual(['entity-script', 'entity-elsewhere', 'entity-bomb'])
  })

  it('would do nothing either if what is left of it were a page: the first wall alone', async () => {
    const paths = [...cleaned].flatMap(([name, picture]) => {
      if (picture === null) return []
      stage.serve(`/clean/${name}.svg`, picture)
      return [`/clean/${name}.svg`]
    })
    expect(paths.length).toBeGreaterThan(30)
    expect(await openAsPages(paths, (page) => page.waitForLoadState('networkidle'))).toEqual([])
  })

  it('would do nothing either if it were shown as it came: the second wall alone', async () => {
    const before = stage.hits()
    const page = await stage.browser.newPage()
    const images = hostile.map(({ svg }) => `<img src="data:image/svg+xml,${encodeURIComponent(svg)}">`)
    stage.serve('/images.html', `<!doctype html><body>${images.join('').replaceAll("'", '%27')}`)
    await page.goto(`${stage.origin}/images.html`, { waitUntil: 'networkidle' })
    await page.close()
    expect(stage.hits()).toEqual(before)
  })

  it('acts in a browser that opens it as a page: these tricks are real', async () => {
    for (const { name, svg } of hostile) stage.serve(`/raw/${name}.svg`, svg)
    const acting = hostile.filter(({ asPage }) => asPage === 'acts').map(({ name }) => name)
    const allActed = () => expect.poll(stage.hits).toEqual(acting.sort())
    await openAsPages(
      acting.map((name) => `/raw/${name}.svg`),
      allActed,
    )
  })

  it.each(Object.entries(GOOD_LOGOS))('looks as its file does: %s', async (name, svg) => {
    const marked = svg.replace('<svg ', `<svg id="${name}" `)
    await stage.show({}, { type: 'svg', bytes: Buffer.from(marked) })
    const url = await shown(name)
    expect(url).not.toBeNull()
    const difference = await stage.page.evaluate(
      async ([shownUrl, ownUrl]) => {
        const draw = async (source: string) => {
          const image = new Image()
          image.src = source
          await image.decode()
          const canvas = document.createElement('canvas')
          canvas.width = 240
          canvas.height = 100
          const drawing = canvas.getContext('2d')
          drawing?.drawImage(image, 0, 0, 240, 100)
          return [...(drawing?.getImageData(0, 0, 240, 100).data ?? [])]
        }
        const [ours, own] = await Promise.all([draw(shownUrl), draw(ownUrl)])
        const painted = own.filter((value) => value > 0).length
        const differing = own.filter((value, index) => Math.abs(value - (ours[index] ?? -1)) > 24).length
        return { isEmpty: painted === 0, share: differing / own.length }
      },
      [url ?? '', `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg.replace(HUGE, ''))}`] as const,
    )
    expect(difference.isEmpty).toBe(false)
    expect(difference.share).toBeLessThan(0.01)
    const box = await mark().boundingBox()
    expect(box?.height).toBeLessThan(80)
    expect(box?.width).toBeLessThan(400)
  })

  it('shows a PNG, and the initial for one that cannot be decoded, which the log hears of', async () => {
    const picture = new PNG({ width: 60, height: 20 })
    await stage.show({}, { type: 'png', bytes: PNG.sync.write(picture) })
    await stage.page.locator('.brand-mark img[src^="data:image/png"]').waitFor()
    const said = stage.page.waitForEvent('console', (message) => message.text().includes('The logo cannot be shown'))
    await stage.show({}, { type: 'png', bytes: Buffer.from('no picture') })
    await stage.page.locator('.brand-mark:not([data-logo])').waitFor()
    expect(await mark().textContent()).toBe('C')
    await said
  })

  it('keeps the logo before until the next one is ready', async () => {
    const [first = '', second = ''] = Object.values(GOOD_LOGOS)
    await stage.show({}, { type: 'svg', bytes: Buffer.from(first.replace('<svg ', '<svg id="first" ')) })
    const before = await shown('first')
    const kept = await stage.page.evaluate(() => {
      const states: string[] = []
      const note = () => {
        const image = document.querySelector('.brand-mark img')
        states.push(image?.getAttribute('src') ?? 'no picture')
      }
      new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true })
      Object.assign(window, { states })
      return states.length
    })
    expect(kept).toBe(0)
    await stage.show({}, { type: 'svg', bytes: Buffer.from(second.replace('<svg ', '<svg id="second" ')) })
    const after = await shown('second')
    const states = await stage.page.evaluate(() => (window as unknown as { states: string[] }).states)
    expect(new Set(states).isSubsetOf(new Set([before, after]))).toBe(true)
    expect(states.at(-1)).toBe(after)
  })

  it('takes the bundle’s colours, and gives them back', async () => {
    const accent = () =>
      stage.page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--accent'))
    const own = await accent()
    const palette = { dark: { accent: '#ffcc00' }, light: { accent: '#7f6500' } }
    await stage.show({ palette })
    await expect.poll(accent).toBe('#7f6500')
    await stage.page.emulateMedia({ colorScheme: 'dark' })
    expect(await accent()).toBe('#ffcc00')
    await stage.page.emulateMedia({ colorScheme: 'light' })
    await stage.show({})
    await expect.poll(accent).toBe(own)
  })
})
