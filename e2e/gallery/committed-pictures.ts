/** The few pictures that are committed in docs/gallery: for readers, and to notice what changed. Small, with few colours. */
import { join } from 'node:path'
import sharp from 'sharp'
import type { GalleryPage } from './gallery-page.ts'
import { type Look, PANELS, type Panel, pictureName } from './looks.ts'
import { GALLERY_SCENES, type Scene } from './scenes.ts'

export const COMMITTED_FOLDER = join(import.meta.dirname, '../../docs/gallery')
/** What a screen reader says of a sign-in. */
export const TRANSCRIPT_PATH = join(COMMITTED_FOLDER, 'sign-in-as-heard.txt')

export type Committed = { name: string; scene: Scene; look: Look }

/** Scene, panel, theme, language: each screen once, each variant of a look at least once. */
const SELECTION = [
  ['attract', '1920x1080', 'dark', 'en'],
  ['approve-link', '1920x1080', 'dark', 'en'],
  ['approve-link', '1080x1920', 'light', 'en'],
  ['approve-code', '1920x1080', 'light', 'en'],
  ['approve-code', '1080x1920', 'dark', 'en'],
  ['approve-link-renewal', '1920x1080', 'dark', 'en'],
  ['confirming', '1920x1080', 'dark', 'en'],
  ['signed-in', '1080x1920', 'light', 'en'],
  ['idle-warning', '1920x1080', 'light', 'en'],
  ['ended-signed-out', '1920x1080', 'dark', 'en'],
  ['trouble-provider-unreachable', '1080x1920', 'dark', 'en'],
  ['unprovisioned-3', '1920x1080', 'light', 'en'],
  ['support-challenge', '1920x1080', 'dark', 'en'],
] as const

function known<Named extends { name: string }>(things: readonly Named[], name: string): Named {
  const found = things.find((thing) => thing.name === name)
  if (found === undefined) throw new Error(`docs/gallery selects "${name}", which is not there`)
  return found
}

export function committedPictures(): Committed[] {
  return SELECTION.map(([sceneName, panelName, theme, language]) => {
    const panel: Panel = known(PANELS, panelName)
    const look: Look = { panel, pixelRatio: 1, theme, language }
    return { name: `${pictureName(sceneName, look)}.png`, scene: known(GALLERY_SCENES, sceneName), look }
  })
}

const LONG_SIDE_PX = 960
const COLOUR_COUNT = 64

/** Half as large, which halves every letter evenly, and with few colours. The same picture always gives the same bytes. */
export async function takeCommitted(gallery: GalleryPage, { scene, look }: Committed): Promise<Buffer> {
  await gallery.wear(look)
  await gallery.show(scene)
  const large = await gallery.photograph('png')
  return sharp(large)
    .resize({ width: LONG_SIDE_PX, height: LONG_SIDE_PX, fit: 'inside', kernel: 'lanczos3' })
    .png({ palette: true, colours: COLOUR_COUNT, dither: 0, compressionLevel: 9 })
    .toBuffer()
}
