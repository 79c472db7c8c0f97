/** WCAG 2.2 AA on every screen, in both themes and orientations; on the sign-in screen in every language. */
import { LANGUAGES } from '../../contract/languages.ts'
import { bringAxe, violationsOf } from './axe.ts'
import { expect, PLAIN_LOOK, test, UPRIGHT_LOOK, WHOLE } from './gallery-test.ts'
import { type Found, gatherFaults } from './gather-faults.ts'
import { type Look, pictureName } from './looks.ts'
import { GALLERY_SCENES, isAboutQr, MAIN_SCENES } from './scenes.ts'

const LOOKS: readonly [string, Look, 'everything' | 'look'][] = [
  ['dark, landscape', PLAIN_LOOK, 'everything'],
  ['light, landscape', { ...PLAIN_LOOK, theme: 'light' }, 'look'],
  ['dark, portrait', UPRIGHT_LOOK, 'look'],
  ['light, portrait', { ...UPRIGHT_LOOK, theme: 'light' }, 'look'],
]

/** Both themes and both orientations, in half the time. */
const QUICK_LOOKS = ['dark, landscape', 'light, portrait']

for (const [name, look, what] of LOOKS) {
  const tag = QUICK_LOOKS.includes(name) ? [] : WHOLE
  test(`axe finds nothing on any screen: ${name}`, { tag }, async ({ gallery }) => {
    await bringAxe(gallery.page)
    await gallery.wear(look)
    const found: Found[] = []
    for (const scene of GALLERY_SCENES) {
      await gallery.show(scene)
      const violations = await violationsOf(gallery.page, what)
      found.push(...violations.map((fault) => ({ where: scene.name, fault })))
    }
    expect(gatherFaults(found)).toEqual([])
  })
}

test('axe finds nothing on the sign-in screen in any language', async ({ gallery }) => {
  await bringAxe(gallery.page)
  const found: Found[] = []
  for (const language of LANGUAGES) {
    const look = { ...UPRIGHT_LOOK, language }
    await gallery.wear(look)
    for (const scene of MAIN_SCENES.filter(isAboutQr)) {
      await gallery.show(scene)
      const violations = await violationsOf(gallery.page, 'everything')
      found.push(...violations.map((fault) => ({ where: pictureName(scene.name, look), fault })))
    }
  }
  expect(gatherFaults(found)).toEqual([])
})

test('axe notices faint words and a button without a name', async ({ gallery }) => {
  await bringAxe(gallery.page)
  await gallery.wear(PLAIN_LOOK)
  const [scene] = MAIN_SCENES.filter(({ name }) => name === 'confirming')
  if (scene === undefined) throw new Error('there is no confirming screen')
  await gallery.show(scene)
  await gallery.page.evaluate(() => {
    for (const text of document.querySelectorAll<HTMLElement>('.message-body')) text.style.color = '#345'
    const [button] = document.querySelectorAll('button')
    button?.replaceChildren()
  })
  const found = (await violationsOf(gallery.page, 'everything')).join('\n')
  expect(found).toMatch(/color-contrast/)
  expect(found).toMatch(/button-name/)
})
