/** Nothing is cut, scrolled, too small for a finger or on top of something else: every state, panel and language. */

import { LANGUAGES, type Language } from '../../contract/languages.ts'
import type { GalleryPage } from './gallery-page.ts'
import { expect, test, WHOLE } from './gallery-test.ts'
import { type Found, gatherFaults } from './gather-faults.ts'
import { lookOver } from './look-over.ts'
import { type Look, PANELS, targetPx } from './looks.ts'
import { GALLERY_SCENES, type Scene, WORDING_SCENES } from './scenes.ts'

async function faultsOf(gallery: GalleryPage, scenes: readonly Scene[], look: Look): Promise<string[]> {
  const faults: Found[] = []
  await gallery.wear(look)
  for (const scene of scenes) {
    await gallery.show(scene)
    const found = await gallery.page.evaluate(lookOver, targetPx(look.panel))
    faults.push(...[...found, ...(await gallery.takeComplaints())].map((fault) => ({ where: scene.name, fault })))
  }
  return gatherFaults(faults)
}

/** Where letters are as small as they may become, and there is least room for them. */
const TIGHT_PANELS = PANELS.filter(({ width, height }) => Math.min(width, height) <= 600)
/** The longest words, and the other direction. */
const QUICK_LANGUAGES: readonly Language[] = ['de', 'ar']

for (const panel of PANELS) {
  const tag = TIGHT_PANELS.includes(panel) ? [] : WHOLE
  test(`every state fits ${panel.name}`, { tag }, async ({ gallery }) => {
    const look: Look = { panel, pixelRatio: 1, theme: 'dark', language: 'en' }
    expect(await faultsOf(gallery, [...GALLERY_SCENES, ...WORDING_SCENES], look)).toEqual([])
  })
}

for (const language of LANGUAGES.filter((tag) => tag !== 'en')) {
  const tag = QUICK_LANGUAGES.includes(language) ? [] : WHOLE
  test(`every state fits the tight panels in "${language}"`, { tag }, async ({ gallery }) => {
    for (const panel of TIGHT_PANELS) {
      const look: Look = { panel, pixelRatio: 1, theme: 'light', language }
      expect(await faultsOf(gallery, [...GALLERY_SCENES, ...WORDING_SCENES], look)).toEqual([])
    }
  })
}

/** The pages that a check of the page must turn red: without them it could find nothing and never say so. */
const SPOILS: readonly [string, RegExp, () => void][] = [
  [
    'text that leaves its box',
    /leaves/,
    () => {
      for (const button of document.querySelectorAll<HTMLElement>('.confirming-answers button'))
        Object.assign(button.style, { minInlineSize: '0', whiteSpace: 'nowrap', inlineSize: '4rem', padding: '0' })
    },
  ],
  [
    'a small target',
    /for a finger/,
    () => {
      for (const button of document.querySelectorAll<HTMLElement>('.confirming-answers button'))
        button.style.minBlockSize = '1px'
    },
  ],
  [
    'text on text',
    /lies on/,
    () => {
      for (const text of document.querySelectorAll<HTMLElement>('.message-body')) text.style.translate = '0 -6rem'
    },
  ],
  [
    'text outside the glass',
    /outside the glass/,
    () => {
      for (const text of document.querySelectorAll<HTMLElement>('.message-title')) text.style.translate = '0 -60vh'
    },
  ],
  [
    'a list that has to be scrolled',
    /has to be scrolled/,
    () => {
      const screen = document.querySelector('main')
      screen?.style.setProperty('overflow', 'auto')
      screen?.style.setProperty('block-size', '20vh')
    },
  ],
]

for (const [what, words, spoil] of SPOILS) {
  test(`the check notices ${what}`, async ({ gallery }) => {
    const scene = GALLERY_SCENES.find(({ name }) => name === 'confirming') as Scene
    const look: Look = { panel: PANELS[0] as Look['panel'], pixelRatio: 1, theme: 'dark', language: 'en' }
    expect(await faultsOf(gallery, [scene], look)).toEqual([])
    await gallery.page.evaluate(spoil)
    const faults = await gallery.page.evaluate(lookOver, targetPx(look.panel))
    expect(faults.join('\n')).toMatch(words)
  })
}
