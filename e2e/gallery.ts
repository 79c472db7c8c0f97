/** `npm run gallery`: a picture of every screen on every panel, in every theme and language, and what is wrong with each. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { servePage } from '../demo/page-server.ts'
import { acceptPictures } from './gallery/accept-pictures.ts'
import { launchGalleryBrowser } from './gallery/gallery-browser.ts'
import { writeIndex, writeSheets } from './gallery/gallery-index.ts'
import { GALLERY_USAGE, type GalleryOptions, readGalleryOptions } from './gallery/gallery-options.ts'
import { gatherFaults } from './gallery/gather-faults.ts'
import { planPictures } from './gallery/picture-plan.ts'
import { type Picture, takePictures } from './gallery/take-pictures.ts'

const FOLDER = join(import.meta.dirname, '../dist/gallery')

/** @returns whether every picture is without fault */
async function runGallery(options: GalleryOptions, browser: Browser, url: string): Promise<boolean> {
  const startedAtMs = performance.now()
  await rm(FOLDER, { recursive: true, force: true })
  for (const name of ['pictures', 'thumbnails']) await mkdir(join(FOLDER, name), { recursive: true })
  const pictures: Picture[] = []
  await takePictures(planPictures(options), {
    browser,
    url,
    folder: FOLDER,
    english: new Map(),
    onPicture(picture) {
      pictures.push(picture)
      if (pictures.length % 250 === 0) process.stderr.write(`gallery: ${pictures.length} pictures\n`)
    },
  })
  pictures.sort((one, other) => one.name.localeCompare(other.name))
  const index = await writeIndex(FOLDER, pictures)
  const sheetCount = await writeSheets(browser, FOLDER, pictures)
  const faulty = pictures.filter(({ faults }) => faults.length > 0)
  const found = faulty.flatMap(({ name, faults }) => faults.map((fault) => ({ where: name, fault })))
  for (const line of gatherFaults(found)) process.stdout.write(`${line}\n`)
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(0)
  process.stdout.write(
    `${pictures.length} pictures, ${sheetCount} sheets, ${faulty.length} faulty pictures, ${seconds} s: ${index}\n`,
  )
  return faulty.length === 0 && pictures.length > 0
}

try {
  const options = readGalleryOptions(process.argv.slice(2))
  if (options === null) {
    process.stdout.write(`${GALLERY_USAGE}\n`)
  } else {
    const server = await servePage()
    const browser = await launchGalleryBrowser()
    try {
      const isGood = options.accept
        ? await acceptPictures(browser, server.url)
        : await runGallery(options, browser, server.url)
      if (!isGood) process.exitCode = 1
    } finally {
      await browser.close()
      server.close()
    }
  }
} catch (error) {
  process.stderr.write(`gallery: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  if (error instanceof TypeError) process.stderr.write(`\n${GALLERY_USAGE}\n`)
  process.exitCode = 1
}
