/** From one state to the next: no frame shows an old code, half a code, an empty card or nothing at all. */
import type { Page } from '@playwright/test'
import type { KioskView } from '../../contract/window-bridge.ts'
import type { GalleryPage } from './gallery-page.ts'
import { expect, PLAIN_LOOK, test } from './gallery-test.ts'
import { codeApproval, confirming, linkApproval, linked, renewal, signedIn, trouble, unlinked } from './scene-views.ts'

type Code = { generation: number; qrText: string; userCode: string }

const CODES: readonly Code[] = [1, 2, 3].map((generation) => ({
  generation,
  qrText: `https://login.contoso.example/activate?user_code=CODE-000${generation}`,
  userCode: `CODE-000${generation}`,
}))

/** The path of each code's QR, as the page itself draws it. */
async function drawnCodes({ page, give }: GalleryPage): Promise<Record<string, number>> {
  const drawn: Record<string, number> = {}
  for (const code of CODES) {
    await give(linked(linkApproval(code)))
    const path = await page.locator('.qr-box svg path').last().getAttribute('d')
    drawn[path ?? ''] = code.generation
  }
  await give(linked({ kind: 'attract' }))
  expect(Object.keys(drawn)).toHaveLength(CODES.length)
  return drawn
}

/** Looks at the page after every change of it and before every frame. Runs inside the page. */
function watch(drawn: Record<string, number>): void {
  const faults = new Set<string>()
  let frameCount = 0
  const look = (when: string) => {
    const main = document.querySelector('main')
    const state = `${main?.dataset.screen} ${main?.dataset.generation ?? ''}`
    const fault = (what: string) => faults.add(`${what} (${when}, ${state})`)
    if (main === null || main.getBoundingClientRect().width === 0) return fault('nothing is shown')
    const opacityOf = (element: Element | null): number =>
      element === null ? 1 : Number(getComputedStyle(element).opacity) * opacityOf(element.parentElement)
    const words = [...main.querySelectorAll('p, h1, h2, button, span')]
    if (!words.some((element) => element.textContent?.trim() && opacityOf(element) > 0.05))
      fault('no word is to be seen')

    const svg = main.querySelector<SVGSVGElement>('.qr-box svg')
    const card = main.querySelector('.code-card')
    const qr = svg === null ? null : drawn[[...svg.querySelectorAll('path')].at(-1)?.getAttribute('d') ?? '']
    const code = main.querySelector('.user-code')?.textContent?.at(-1)
    if (svg !== null && svg.getBoundingClientRect().width < 100) fault('a QR code without a size')
    if (svg !== null && opacityOf(svg) < 1) fault('a QR code that is not fully there')
    if (qr !== null && `${qr}` !== main.dataset.generation) fault(`the QR code of generation ${qr}`)
    if (code !== undefined && code !== main.dataset.generation) fault(`the letters of generation ${code}`)
    if ((qr === null) !== (code === undefined)) fault('one of QR code and letters without the other')
    if (card !== null && svg === null && !card.textContent?.trim()) fault('an empty white card')
  }
  const onFrame = () => {
    frameCount += 1
    look('in a frame')
    requestAnimationFrame(onFrame)
  }
  new MutationObserver(() => look('after a change')).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    characterData: true,
  })
  requestAnimationFrame(onFrame)
  Object.assign(window, { watched: { faults, frames: () => frameCount } })
}

type Watched = { faults: Set<string>; frames: () => number }
const takeFaults = (page: Page) => page.evaluate(() => [...(window as unknown as { watched: Watched }).watched.faults])
const nextFrames = (page: Page) =>
  page.evaluate(async () => {
    const { watched } = window as unknown as { watched: Watched }
    const until = watched.frames() + 3
    while (watched.frames() < until) await new Promise(requestAnimationFrame)
  })

const [first, second, third] = CODES as [Code, Code, Code]
const preparing = linked({ kind: 'preparing', generation: 1, reason: 'request', replacedBecause: null })
const away = linked(trouble('provider-unreachable'))

const WAYS: readonly [string, readonly KioskView[]][] = [
  [
    'a sign-in with a link',
    [
      preparing,
      linked(linkApproval(first)),
      linked({ ...renewal(), generation: 2 } as never),
      linked(linkApproval(second)),
      linked(linkApproval({ ...second, pollTrouble: 'provider-timeout' })),
      linked(linkApproval(third)),
      linked(confirming('Alex')),
      linked(signedIn()),
      linked({ kind: 'ended', reason: 'signed-out', untilMs: 4_000_000 }),
      linked({ kind: 'attract' }),
    ],
  ],
  [
    'a sign-in with a code, a helper that goes and comes back, and trouble',
    [
      linked(codeApproval(first)),
      unlinked(true),
      linked(codeApproval(second)),
      away,
      preparing,
      linked(codeApproval(third)),
      linked(linkApproval(first)),
      unlinked(true),
      linked({ kind: 'attract' }),
    ],
  ],
]

for (const [what, views] of WAYS) {
  for (const pace of ['with frames between', 'all within one frame'] as const) {
    test(`${what}, ${pace}, never flashes and never shows another code`, async ({ studio }) => {
      const gallery = await studio.open({ reducedMotion: 'no-preference', isClockRunning: true })
      const { page, give, wear } = gallery
      await wear(PLAIN_LOOK)
      const drawn = await drawnCodes(gallery)
      await page.evaluate(watch, drawn)
      if (pace === 'with frames between') {
        for (const view of views) {
          await give(view)
          await nextFrames(page)
        }
      } else {
        await page.evaluate((all) => {
          for (const view of all) window.pretended.show(view)
        }, views)
        await nextFrames(page)
      }
      const faults = await takeFaults(page)
      await gallery.close()
      expect(faults).toEqual([])
    })
  }
}

test('the watch notices an old code and an empty card', async ({ studio }) => {
  const gallery = await studio.open({ isClockRunning: true })
  const drawn = await drawnCodes(gallery)
  await gallery.page.evaluate(watch, drawn)
  await gallery.give(linked(linkApproval(first)))
  await gallery.page.evaluate(() => document.querySelector('main')?.setAttribute('data-generation', '2'))
  await nextFrames(gallery.page)
  await gallery.page.evaluate(() => document.querySelector('.code-card')?.replaceChildren())
  await nextFrames(gallery.page)
  const faults = (await takeFaults(gallery.page)).join('\n')
  await gallery.close()
  expect(faults).toMatch(/the QR code of generation 1/)
  expect(faults).toMatch(/the letters of generation 1/)
  expect(faults).toMatch(/an empty white card/)
})
