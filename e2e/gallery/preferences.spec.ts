/** The screens for people who asked their system for larger text, less motion or more contrast. */
import sharp from 'sharp'
import { readQrCode } from '../../demo/qr-reader.ts'
import { bringAxe, violationsOf } from './axe.ts'
import { expect, PLAIN_LOOK, test, UPRIGHT_LOOK } from './gallery-test.ts'
import { type Found, gatherFaults } from './gather-faults.ts'
import { lookOver } from './look-over.ts'
import { type Look, MAIN_PANELS, targetPx } from './looks.ts'
import { GALLERY_SCENES, isAboutQr, MAIN_SCENES } from './scenes.ts'

test('a zoom of 200 % loses nothing', async ({ studio }) => {
  // Chromium's zoom, which is Electron's zoomFactor: half as many CSS pixels, each twice as large.
  const gallery = await studio.open({ pixelRatio: 2 })
  const faults: Found[] = []
  for (const { name, width, height, inches } of MAIN_PANELS) {
    const panel = { name, width: width / 2, height: height / 2, inches }
    await gallery.wear({ ...PLAIN_LOOK, panel })
    for (const scene of GALLERY_SCENES) {
      await gallery.show(scene)
      const found = await gallery.page.evaluate(lookOver, targetPx(panel))
      faults.push(...found.map((fault) => ({ where: `${scene.name} on ${name}`, fault })))
    }
  }
  await gallery.close()
  expect(gatherFaults(faults)).toEqual([])
})

test('nothing moves for people who asked for no motion', async ({ gallery, studio }) => {
  const moving: string[] = []
  for (const scene of GALLERY_SCENES) {
    await gallery.show(scene)
    const count = await gallery.page.evaluate(() => document.getAnimations().length)
    if (count > 0) moving.push(`${scene.name}: ${count}`)
  }
  expect(moving).toEqual([])

  const lively = await studio.open({ reducedMotion: 'no-preference' })
  await lively.wear(PLAIN_LOOK)
  const [attract] = MAIN_SCENES
  if (attract === undefined) throw new Error('there are no scenes')
  await lively.show(attract)
  expect(await lively.page.evaluate(() => document.getAnimations().length)).toBeGreaterThan(0)
  await lively.close()
})

test('with forced colours the QR code stays dark on white, and a phone reads it', async ({ gallery }) => {
  const { page } = gallery
  await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' })
  for (const scene of MAIN_SCENES.filter((each) => isAboutQr(each) && each.sheet === undefined)) {
    await gallery.wear(UPRIGHT_LOOK)
    await gallery.show(scene)
    const box = await page.locator('.qr-box svg').boundingBox()
    if (box === null) throw new Error('no QR code is shown')
    const picture = await page.screenshot({ clip: box })
    // The quiet zone; a reader that also takes light on dark would not tell.
    const corner = await sharp(picture).extract({ left: 6, top: 6, width: 6, height: 6 }).raw().toBuffer()
    expect(new Set(corner)).toEqual(new Set([255]))
    expect(JSON.stringify(scene.views)).toContain(readQrCode(picture) ?? 'nothing was read')
  }
  await page.emulateMedia({ forcedColors: null })
})

test('with forced colours buttons have an edge, and the focus is seen', async ({ gallery }) => {
  const { page } = gallery
  await gallery.wear(PLAIN_LOOK)
  await page.emulateMedia({ forcedColors: 'active' })
  const edgeless: string[] = []
  for (const scene of MAIN_SCENES.filter(({ name }) => name !== 'attract')) {
    await gallery.show(scene)
    const found = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('button')]
        .filter((button) => {
          const { borderTopWidth, borderTopColor, backgroundColor } = getComputedStyle(button)
          return Number.parseFloat(borderTopWidth) < 1 || borderTopColor === backgroundColor
        })
        .map((button) => button.textContent ?? ''),
    )
    edgeless.push(...found.map((button) => `“${button}” of ${scene.name}`))
    await page.keyboard.press('Tab')
    const outline = await page.evaluate(() => {
      const { activeElement } = document
      return activeElement instanceof HTMLButtonElement ? getComputedStyle(activeElement).outlineStyle : 'no control'
    })
    expect(outline).not.toBe('none')
  }
  expect(edgeless).toEqual([])
  await page.emulateMedia({ forcedColors: null })
})

for (const theme of ['dark', 'light'] as const) {
  test(`words stand out seven to one for people who asked for more contrast: ${theme}`, async ({ gallery }) => {
    await bringAxe(gallery.page)
    const look: Look = { ...PLAIN_LOOK, theme }
    await gallery.wear(look)
    await gallery.page.emulateMedia({ contrast: 'more', colorScheme: theme })
    const found: Found[] = []
    for (const scene of MAIN_SCENES) {
      await gallery.show(scene)
      const lines = await violationsOf(gallery.page, 'enhanced contrast')
      found.push(...lines.map((fault) => ({ where: scene.name, fault })))
    }
    await gallery.page.emulateMedia({ contrast: null })
    expect(gatherFaults(found)).toEqual([])
  })
}
