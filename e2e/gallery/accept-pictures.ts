/** Takes a wanted change into the committed pictures, and notes what drew them. Never called by a test. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { playSignIn, transcriptOf } from './as-heard.ts'
import { COMMITTED_FOLDER, committedPictures, TRANSCRIPT_PATH, takeCommitted } from './committed-pictures.ts'
import { openGalleryPage } from './gallery-page.ts'

/** Of each picture: README and docs load them all. */
const LIMIT_BYTES = 80_000

/** @returns whether all are small enough */
export async function acceptPictures(browser: Browser, url: string): Promise<boolean> {
  const gallery = await openGalleryPage(browser, url)
  await mkdir(COMMITTED_FOLDER, { recursive: true })
  const pictures = committedPictures()
  for (const old of await readdir(COMMITTED_FOLDER)) {
    if (old.endsWith('.png') && !pictures.some(({ name }) => name === old)) await rm(join(COMMITTED_FOLDER, old))
  }
  let areSmall = true
  for (const picture of pictures) {
    const png = await takeCommitted(gallery, picture)
    await writeFile(join(COMMITTED_FOLDER, picture.name), png)
    process.stdout.write(`${picture.name} ${(png.length / 1000).toFixed(0)} kB\n`)
    if (png.length > LIMIT_BYTES) {
      areSmall = false
      process.stdout.write(`${picture.name}: larger than ${LIMIT_BYTES / 1000} kB; take fewer colours\n`)
    }
  }
  const drawnBy = { chromium: browser.version(), platform: process.platform }
  await writeFile(join(COMMITTED_FOLDER, 'drawn-by.json'), `${JSON.stringify(drawnBy, null, 2)}\n`)
  await gallery.load()
  await writeFile(TRANSCRIPT_PATH, transcriptOf(await playSignIn(gallery)))
  await gallery.close()
  return areSmall
}
