/** Screenshots of the real approve screen, with our QR code and with a plain one in its place. Draws nothing else anew. */
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { QRCodeSVG } from 'qrcode.react'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { launchPageBrowser, openBuiltPage, pretendCode, pretendView } from '../../demo/built-page.ts'
import type { Screen } from './screens.ts'

/**
 * `plain`: what qrcode.react's README shows, as large as the box that the layout gives our code. `inset`: the same, as large as
 * our code without its quiet zone, so that the layout's white is its quiet zone. docs/scan.md says why.
 */
export const CONTESTANTS = ['ours', 'plain', 'inset'] as const
export type Contestant = (typeof CONTESTANTS)[number]

/** In pixels of the screenshot. */
export type Area = { x: number; y: number; width: number; height: number }

export type Screenshot = { screen: Screen; contestant: Contestant; path: string; qr: Area }

/** Runs in the page, once for each: puts this markup where our code was. */
function replaceCode({ markup, isInset }: { markup: string; isInset: boolean }): void {
  const shown = document.querySelector('main svg[role="img"]')
  const box = shown?.parentElement
  if (!(shown instanceof SVGSVGElement) || !box) throw new Error('the screen shows no QR code')
  const own = shown.getBoundingClientRect()
  // The box grows with our code; what the layout alone gives is known without it.
  shown.style.display = 'none'
  const boxWidth = box.getBoundingClientRect().width
  const holder = document.createElement('div')
  holder.innerHTML = markup
  const plain = holder.firstElementChild
  if (!(plain instanceof SVGSVGElement)) throw new Error('qrcode.react drew no SVG')
  const modules = shown.viewBox.baseVal.width
  const width = isInset ? (own.width * (modules - 8)) / modules : boxWidth
  plain.setAttribute('role', 'img')
  plain.style.inlineSize = `${width}px`
  plain.style.blockSize = `${width}px`
  shown.replaceWith(plain)
}

async function readArea(page: Page): Promise<Area> {
  const area = await page.locator('main svg[role="img"]').boundingBox()
  if (area === null) throw new Error('the QR code is not on the screen')
  return area
}

/** One after the other, on a page of its own each. @returns where each screenshot was written */
export async function takeScreenshots(
  screens: readonly Screen[],
  contestants: readonly Contestant[],
  folder: string,
): Promise<Screenshot[]> {
  const browser = await launchPageBrowser()
  try {
    const taken: Screenshot[] = []
    for (const [index, screen] of screens.entries()) {
      const markup = renderToStaticMarkup(createElement(QRCodeSVG, { value: screen.code.qrText }))
      for (const contestant of contestants) {
        const page = await openBuiltPage(browser, pretendView(pretendCode(screen.code)), screen)
        if (contestant !== 'ours') await page.evaluate(replaceCode, { markup, isInset: contestant === 'inset' })
        const path = join(folder, `${index}-${contestant}.png`)
        await page.screenshot({ path })
        taken.push({ screen, contestant, path, qr: await readArea(page) })
        await page.context().close()
      }
    }
    return taken
  } finally {
    await browser.close()
  }
}
