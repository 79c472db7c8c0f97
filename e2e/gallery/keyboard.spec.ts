/** A keyboard, or a switch that sends its keys, reaches and works everything; its focus is seen, and never lost. */
import type { Page } from '@playwright/test'
import type { GalleryPage } from './gallery-page.ts'
import { expect, PLAIN_LOOK, test, WHOLE } from './gallery-test.ts'
import { GALLERY_SCENES, MAIN_SCENES, type Scene } from './scenes.ts'

/** Every control that can be worked now, in the order of the page, each with the name people hear. */
function controlsOf(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    // A sheet is modal: what lies behind it is not to be reached.
    [...(document.querySelector('dialog[open]') ?? document).querySelectorAll<HTMLElement>('button:enabled, summary')]
      .filter((control) => control.checkVisibility())
      .map((control) => control.ariaLabel ?? control.textContent ?? ''),
  )
}

type Focus = { name: string; isSeen: boolean }

/** What has the focus; null where nothing has. The outline may be drawn around the words of a control. */
function focusOf(page: Page): Promise<Focus | null> {
  return page.evaluate(() => {
    const { activeElement } = document
    if (!(activeElement instanceof HTMLElement) || /^(BODY|MAIN|HTML)$/.test(activeElement.tagName)) return null
    const isSeen = [activeElement, ...activeElement.querySelectorAll('*')].some((element) => {
      const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element)
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && !/, 0\)$/.test(outlineColor)
    })
    return { name: activeElement.ariaLabel ?? activeElement.textContent ?? '', isSeen }
  })
}

/** From the top of the screen; a sheet that has just opened has given its first control the focus. */
async function tabThrough(page: Page, count: number): Promise<(Focus | null)[]> {
  const met: (Focus | null)[] = []
  const isInSheet = (await page.locator('dialog[open]').count()) > 0
  if (!isInSheet) await page.locator('main').focus()
  while (met.length < count) {
    if (met.length > 0 || !isInSheet) await page.keyboard.press('Tab')
    met.push(await focusOf(page))
  }
  return met
}

test('Tab meets every control of every screen, in their order, and each is seen to have the focus', async ({
  gallery: { page, wear, show },
}) => {
  await wear(PLAIN_LOOK)
  for (const scene of GALLERY_SCENES) {
    await show(scene)
    const controls = await controlsOf(page)
    const met = await tabThrough(page, controls.length)
    expect([scene.name, ...met.map((focus) => focus?.name)]).toEqual([scene.name, ...controls])
    expect([scene.name, ...met.filter((focus) => !focus?.isSeen)]).toEqual([scene.name])
  }
})

/** What would tell that a control did something. */
const traceOf = (page: Page) =>
  page.evaluate(() => JSON.stringify(window.pretended.sent) + document.querySelector('#root')?.innerHTML)

async function work({ page, show, pass }: GalleryPage, scene: Scene, place: number, key: string): Promise<boolean> {
  await show(scene)
  const tabCount = scene.sheet === undefined ? place + 1 : place
  for (let tabs = 0; tabs < tabCount; tabs += 1) await page.keyboard.press('Tab')
  // Any key already says that somebody is there; a press of its own is told apart from it.
  await pass(600)
  const before = await traceOf(page)
  await page.keyboard.press(key)
  await page.evaluate(() => new Promise((resolve) => window.pretended.realSetTimeout(resolve, 20)))
  return (await traceOf(page)) !== before
}

for (const key of ['Enter', 'Space']) {
  test(`${key} works every control`, { tag: key === 'Enter' ? [] : WHOLE }, async ({ gallery }) => {
    await gallery.wear(PLAIN_LOOK)
    const idle: string[] = []
    for (const scene of MAIN_SCENES) {
      await gallery.show(scene)
      const controls = await controlsOf(gallery.page)
      for (const [place, name] of controls.entries()) {
        if (!(await work(gallery, scene, place, key))) idle.push(`${name} of ${scene.name}`)
      }
    }
    expect(idle).toEqual([])
  })
}

test('the focus is never lost when the state changes', async ({ gallery: { page, wear, show, give } }) => {
  await wear(PLAIN_LOOK)
  const withControls = MAIN_SCENES.filter(({ name }) => /attract|confirming|signed-in|idle|trouble/.test(name))
  for (const from of withControls) {
    for (const to of MAIN_SCENES.filter(({ support }) => support === undefined)) {
      await show(from)
      await page.keyboard.press('Tab')
      for (const view of to.views) await give(view)
      const place = await page.evaluate(() => document.activeElement?.tagName)
      expect(`${from.name} to ${to.name}: ${place}`).not.toContain('BODY')
    }
  }
})
