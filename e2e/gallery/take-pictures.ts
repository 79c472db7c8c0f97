/** Takes the pictures of a plan, several pages at a time in one browser, and notes what is wrong with each. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import sharp from 'sharp'
import { type GalleryPage, openGalleryPage } from './gallery-page.ts'
import { lookOver } from './look-over.ts'
import { type Look, pictureName, targetPx } from './looks.ts'
import type { Batch } from './picture-plan.ts'
import type { Scene } from './scenes.ts'
import { readWords, untranslated } from './untranslated.ts'

export type Picture = {
  name: string
  scene: string
  panel: string
  pixelRatio: number
  theme: string
  language: string
  faults: string[]
}

/** More than this many pages only wait for the one process that draws them. */
const PAGE_COUNT = 3
const THUMBNAIL_PX = 320

type Studio = {
  browser: Browser
  url: string
  folder: string
  /** What each scene says in English, once that was seen. */
  english: Map<string, string[]>
  onPicture: (picture: Picture) => void
}

/** The English words come first, so that every other language finds them to compare with. */
const englishFirst = (batches: readonly Batch[]) =>
  batches.toSorted((one, other) => Number(other.look.language === 'en') - Number(one.look.language === 'en'))

export async function takePictures(batches: readonly Batch[], studio: Studio): Promise<void> {
  const waiting = englishFirst(batches)
  const work = async () => {
    const pages = new Map<number, GalleryPage>()
    for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
      const { pixelRatio } = batch.look
      const gallery = pages.get(pixelRatio) ?? (await openGalleryPage(studio.browser, studio.url, { pixelRatio }))
      pages.set(pixelRatio, gallery)
      await gallery.wear(batch.look)
      for (const scene of batch.scenes) studio.onPicture(await takePicture(gallery, scene, batch.look, studio))
    }
    for (const gallery of pages.values()) await gallery.close()
  }
  await Promise.all(Array.from({ length: PAGE_COUNT }, work))
}

async function takePicture(
  gallery: GalleryPage,
  scene: Scene,
  look: Look,
  { folder, english }: Studio,
): Promise<Picture> {
  const { page } = gallery
  const name = pictureName(scene.name, look)
  const { panel, pixelRatio, theme, language } = look
  const picture = { name, scene: scene.name, panel: panel.name, pixelRatio, theme, language }
  try {
    await gallery.show(scene)
  } catch (error) {
    await gallery.load()
    return { ...picture, faults: [`was never shown: ${error instanceof Error ? error.message : String(error)}`] }
  }
  const jpeg = await gallery.photograph('jpeg')
  await writeFile(join(folder, 'pictures', `${name}.jpg`), jpeg)
  await sharp(jpeg)
    .resize({ width: THUMBNAIL_PX })
    .webp()
    .toFile(join(folder, 'thumbnails', `${name}.webp`))
  const words = await page.evaluate(readWords)
  if (language === 'en') english.set(scene.name, words)
  const stillEnglish = language === 'en' ? [] : untranslated(english.get(scene.name) ?? [], words, dataOf(scene))
  return {
    ...picture,
    faults: [
      ...(await page.evaluate(lookOver, targetPx(panel))),
      ...(await gallery.takeComplaints()),
      ...stillEnglish.map((sentence) => `“${sentence}” is not translated`),
    ],
  }
}

/** Everything the page was given. */
const dataOf = (scene: Scene) =>
  scene.views
    .map((view) => JSON.stringify(view))
    .join('\n')
    .replaceAll('\\"', '"')
