/** The gallery as one HTML page that works from disk, and as PNG sheets of it. Needs nothing from anywhere else. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser } from 'playwright-core'
import type { Picture } from './take-pictures.ts'

const STYLE = `
:root { color-scheme: light dark; font: 14px/1.4 system-ui, sans-serif }
body { margin: 0; background: Canvas; color: CanvasText }
header { position: sticky; top: 0; z-index: 1; display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: center;
  padding: .7rem 1rem; background: Canvas; border-bottom: 1px solid GrayText }
h1 { margin: 0; font-size: 1.1rem }
select, input { font: inherit; padding: .2rem .4rem }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(320px, 1fr)); gap: 1rem; padding: 1rem; align-items: end }
figure { margin: 0; min-width: 0 }
img { display: block; width: 100%; max-width: 320px; outline: 1px solid rgb(128 128 128 / 40%) }
figcaption { padding-top: .3rem; overflow-wrap: anywhere }
.fault { color: #c62828; font-weight: 600 }
small { color: GrayText }
`

/** Runs in the page. The filters stand in the address, so that a view of the gallery can be linked to. */
const SCRIPT = `
const pictures = JSON.parse(document.getElementById('pictures').textContent)
const form = document.querySelector('form'), main = document.querySelector('main'), count = document.querySelector('output')
const FILTERS = ['language', 'theme', 'panel', 'scene']
for (const name of FILTERS) {
  const values = [...new Set(pictures.map((picture) => picture[name]))]
  form[name].append(new Option('every ' + name, ''), ...values.map((value) => new Option(value, value)))
}
const draw = () => {
  const wanted = Object.fromEntries(new FormData(form))
  const shown = pictures.filter((picture) => FILTERS.every((name) => !wanted[name] || picture[name] === wanted[name])
    && (!wanted.ratio || picture.pixelRatio === Number(wanted.ratio))
    && (!wanted.faulty || picture.faults.length > 0))
  count.value = shown.length + ' of ' + pictures.length + ' pictures'
  main.replaceChildren(...shown.map(({ name, scene, panel, pixelRatio, theme, language, faults }) => {
    const figure = document.createElement('figure'), link = document.createElement('a'), image = new Image()
    const caption = document.createElement('figcaption')
    link.href = 'pictures/' + encodeURIComponent(name) + '.jpg'
    image.loading = 'lazy'
    image.alt = name
    image.src = 'thumbnails/' + encodeURIComponent(name) + '.webp'
    const where = document.createElement('small')
    where.textContent = ' ' + [panel + (pixelRatio === 1 ? '' : ' @' + pixelRatio), theme, language].join(' · ')
    caption.append(scene, where, ...faults.map((fault) => {
      const line = document.createElement('div')
      line.className = 'fault'
      line.textContent = fault
      return line
    }))
    link.append(image)
    figure.append(link, caption)
    return figure
  }))
}
const read = () => {
  for (const [name, value] of new URLSearchParams(location.hash.slice(1))) if (form[name]) form[name].value = value
  draw()
}
form.addEventListener('input', () => {
  location.replace('#' + new URLSearchParams([...new FormData(form)].filter(([, value]) => value)))
  draw()
})
addEventListener('hashchange', read)
read()
`

function page(pictures: readonly Picture[]): string {
  // Within a script element only "<" could end it.
  const data = JSON.stringify(pictures).replaceAll('<', '\\u003c')
  const filters = ['language', 'theme', 'panel', 'scene'].map(
    (name) => `<select name="${name}" aria-label="${name}"></select>`,
  )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Gallery</title>
<style>${STYLE}</style>
<header>
  <h1>Gallery</h1>
  <form>
    ${filters.join('\n    ')}
    <select name="ratio" aria-label="pixel ratio">
      <option value="">every pixel ratio</option><option>1</option><option>1.5</option><option>2</option>
    </select>
    <label><input type="checkbox" name="faulty"> faulty only</label>
  </form>
  <output></output>
</header>
<main></main>
<script type="application/json" id="pictures">${data}</script>
<script>${SCRIPT}</script>
</html>
`
}

/** @returns where the page is */
export async function writeIndex(folder: string, pictures: readonly Picture[]): Promise<string> {
  const path = join(folder, 'index.html')
  await writeFile(path, page(pictures))
  return path
}

const SHEET_WIDTH_PX = 2_400
/** Tall enough that no thumbnail waits to be scrolled to. */
const SHEET_HEIGHT_PX = 6_000

/** One sheet for each panel, theme and language that was photographed. */
export async function writeSheets(browser: Browser, folder: string, pictures: readonly Picture[]): Promise<number> {
  const keys = pictures.map(
    ({ language, theme, panel }) => `language=${language}&theme=${theme}&panel=${panel}&ratio=1`,
  )
  const sheets = [...new Set(keys)]
  await mkdir(join(folder, 'sheets'), { recursive: true })
  const sheetPage = await browser.newPage({
    viewport: { width: SHEET_WIDTH_PX, height: SHEET_HEIGHT_PX },
    colorScheme: 'light',
  })
  await sheetPage.goto(pathToFileURL(join(folder, 'index.html')).href)
  for (const key of sheets) {
    await sheetPage.evaluate((hash) => {
      location.hash = hash
    }, key)
    const { language, theme, panel } = Object.fromEntries(new URLSearchParams(key))
    await sheetPage.waitForFunction(
      (marks) =>
        document.images.length > 0 &&
        [...document.images].every(({ complete, alt }) => complete && marks.every((mark) => alt.includes(`-${mark}`))),
      [language, theme, panel],
    )
    const glass = await sheetPage.locator('main').boundingBox()
    const clip = { x: 0, y: 0, width: SHEET_WIDTH_PX, height: Math.ceil((glass?.y ?? 0) + (glass?.height ?? 0)) }
    await sheetPage.screenshot({ path: join(folder, 'sheets', `${panel}-${theme}-${language}.png`), clip })
  }
  await sheetPage.close()
  return sheets.length
}
