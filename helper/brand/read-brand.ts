/** A bundle's brand, ready for the screen. Never keeps a kiosk from its work: what cannot be shown is left out, and said. */
import type { Brand } from '../../contract/brand.ts'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import type { BundleFiles } from '../config/bundle-files.ts'
import { derivePalette } from './derive-palette.ts'
import { type Logo, readLogo } from './read-logo.ts'

export type ReadBrand = {
  brand: Brand
  /** Of which `brand` names the hash. */
  logo: Logo | null
}

export async function readBrand(files: BundleFiles, config: KioskConfig['brand']): Promise<ReadBrand> {
  const { name, logo: logoName } = config
  const { palette, notices } = derivePalette(config)
  const reading = logoName === undefined ? null : await readLogo(files, logoName)
  const logo = reading?.ok ? reading.logo : null
  if (reading && !reading.ok) {
    const { what, remedy } = reading.fault
    const instead = 'the name’s initial is shown'
    notices.unshift({ where: 'kiosk.json › brand.logo', what: `names ${logoName}, which ${what}; ${instead}`, remedy })
  }
  return { brand: { name, logo: logo?.reference ?? null, palette, notices }, logo }
}
