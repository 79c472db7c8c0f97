/** The one Chromium that every picture and check is made with. Never a downloaded one. */
import { type Browser, chromium } from 'playwright-core'
import { findChromium } from '../../scripts/find-chromium.mjs'

/** Pictures are drawn without a GPU: the same on every machine with the same Chromium. */
const SWITCHES = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
  '--force-color-profile=srgb',
]

/** @throws Error where this machine has no Chromium */
export async function launchGalleryBrowser(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('no Chromium was found: run "npm run setup", or set CHROMIUM_PATH')
  // Chromium refuses to run as root within its sandbox; it shows nothing but pages of our own.
  const isRoot = process.getuid?.() === 0
  return chromium.launch({ executablePath, args: isRoot ? [...SWITCHES, '--no-sandbox'] : SWITCHES })
}
