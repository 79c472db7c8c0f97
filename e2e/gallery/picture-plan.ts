/** Which pictures a run of the gallery takes. Pure. */
import { LANGUAGES, type Language } from '../../contract/languages.ts'
import type { GalleryOptions } from './gallery-options.ts'
import { type Look, MAIN_PANELS, PANELS, THEMES } from './looks.ts'
import { GALLERY_SCENES, isAboutQr, MAIN_SCENES, type Scene } from './scenes.ts'

/** Scenes that one page shows without being changed in between. */
export type Batch = { look: Look; scenes: readonly Scene[] }

/** Panels of a higher density only change how large a module of the QR code is: the words stay where they are. */
const DENSE_PIXEL_RATIOS = [1.5, 2]
const DENSE_PANELS = PANELS.slice(0, 3)

/** A left-to-right language, one of long words, and one that mirrors the screen. */
const QUICK_LANGUAGES: readonly Language[] = ['en', 'de', 'ar']

export function planPictures(options: GalleryOptions): Batch[] {
  const { quick, scene, size, theme, language } = options
  const isWanted = (wanted: string | null, name: string) => wanted === null || wanted === name
  const scenes = (quick && scene === null ? MAIN_SCENES : GALLERY_SCENES).filter(
    ({ name }) => scene === null || name.startsWith(scene),
  )
  const panels = quick && size === null ? MAIN_PANELS : PANELS.filter(({ name }) => isWanted(size, name))
  const themes = quick && theme === null ? THEMES.slice(0, 1) : THEMES.filter((name) => isWanted(theme, name))
  const spoken = LANGUAGES.filter((tag) =>
    quick && language === null ? QUICK_LANGUAGES.includes(tag) : isWanted(language, tag),
  )
  const looksAt = (pixelRatio: number, of: readonly Language[], on: typeof panels): Look[] =>
    of.flatMap((tag) =>
      themes.flatMap((name) => on.map((panel) => ({ panel, pixelRatio, theme: name, language: tag }))),
    )

  const batches = looksAt(1, spoken, panels).map((look) => ({ look, scenes }))
  if (quick) return batches
  const qrScenes = scenes.filter(isAboutQr)
  const densePanels = panels.filter((panel) => DENSE_PANELS.includes(panel))
  const dense = DENSE_PIXEL_RATIOS.flatMap((ratio) => looksAt(ratio, spoken.slice(0, 1), densePanels))
  return [...batches, ...dense.map((look) => ({ look, scenes: qrScenes }))].filter((batch) => batch.scenes.length > 0)
}
