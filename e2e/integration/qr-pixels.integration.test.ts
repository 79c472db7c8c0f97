/** Looks at the real pixels of the QR code in a real Chromium: a module with a grey or uneven edge is one that a camera may misread. */
import type { Browser, Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchPageBrowser, openBuiltPage, pretendCode, pretendView } from '../../demo/built-page.ts'
import { readQrCode } from '../../demo/qr-reader.ts'

const LINK = {
  userCode: 'WDJB-MJHT',
  verificationUri: 'https://login.contoso.example/activate',
  qrText: 'https://login.contoso.example/activate?user_code=WDJB-MJHT',
  codePrefilled: true,
}
const QUIET_MODULES = 4
const WHITE = 255

let browser: Browser
beforeAll(async () => {
  browser = await launchPageBrowser()
})
afterAll(() => browser.close())

type Pixels = { size: number; moduleCount: number; picture: Buffer; shadeAt(x: number, y: number): number }

/** The code with its quiet zone, in device pixels from its top left corner; -1 is neither pure black nor pure white. */
async function readPixels(page: Page, devicePixelRatio: number): Promise<Pixels> {
  const svg = page.locator('.qr-box svg')
  const box = await svg.boundingBox()
  if (box === null) throw new Error('there is no QR code on the screen')
  const moduleCount = await svg.evaluate((element) => (element as unknown as SVGSVGElement).viewBox.baseVal.width)
  const [left, top] = [Math.round(box.x * devicePixelRatio), Math.round(box.y * devicePixelRatio)]
  const picture = await page.screenshot()
  const { data, width } = PNG.sync.read(picture)
  const shadeAt = (x: number, y: number) => {
    const at = ((top + y) * width + left + x) * 4
    const [red, green, blue] = [data[at], data[at + 1], data[at + 2]]
    return red === green && green === blue && (red === 0 || red === WHITE) ? red : -1
  }
  return { size: box.width * devicePixelRatio, moduleCount, picture, shadeAt }
}

/** Where the first finder pattern begins. Chromium may paint the whole code a device pixel beside where its layout says. */
function findFirstModule({ shadeAt }: Pixels, expected: number): { x: number; y: number } {
  for (const y of [expected - 1, expected, expected + 1]) {
    for (const x of [expected - 1, expected, expected + 1]) if (shadeAt(x, y) !== WHITE) return { x, y }
  }
  throw new Error(`the code does not begin ${expected} pixels from the edge of its quiet zone`)
}

/** Modules that are not of one shade, and dark ones where none may be: `row,column`. */
function unevenModules(pixels: Pixels, modulePx: number): string[] {
  const first = findFirstModule(pixels, QUIET_MODULES * modulePx)
  const codeModules = pixels.moduleCount - 2 * QUIET_MODULES
  const uneven: string[] = []
  // One module short of the whole quiet zone, where the pixel beside it may be the card's.
  for (let row = 1 - QUIET_MODULES; row < codeModules + QUIET_MODULES - 1; row++) {
    for (let column = 1 - QUIET_MODULES; column < codeModules + QUIET_MODULES - 1; column++) {
      const shades = new Set<number>()
      for (let y = 0; y < modulePx; y++) {
        for (let x = 0; x < modulePx; x++) {
          shades.add(pixels.shadeAt(first.x + column * modulePx + x, first.y + row * modulePx + y))
        }
      }
      const isQuiet = [row, column].some((at) => at < 0 || at >= codeModules)
      const allowed = isQuiet ? [WHITE] : [0, WHITE]
      if (shades.size !== 1 || ![...shades].every((shade) => allowed.includes(shade))) uneven.push(`${row},${column}`)
    }
  }
  return uneven
}

describe.each([1, 1.25, 1.5, 2])('a QR code at a density of %f', (devicePixelRatio) => {
  it.each([
    { width: 1280, height: 720 },
    { width: 720, height: 1280 },
  ])('has every module on whole device pixels, on $width × $height', async ({ width, height }) => {
    const page = await openBuiltPage(browser, pretendView(pretendCode(LINK)), { width, height, devicePixelRatio })
    const pixels = await readPixels(page, devicePixelRatio)
    await page.context().close()
    const modulePx = Math.round(pixels.size / pixels.moduleCount)
    expect(pixels.size).toBeCloseTo(modulePx * pixels.moduleCount, 1)
    expect(unevenModules(pixels, modulePx)).toEqual([])
    expect(readQrCode(pixels.picture)).toBe(LINK.qrText)
  })
})
