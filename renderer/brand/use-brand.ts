/** Keeps the bundle's brand on the screen: its colours in the page's style, its logo as a picture. Never waits for either. */
import { createContext, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Brand, BrandPalette, LogoReference } from '../../contract/brand.ts'
import { THEME_COLORS, THEMES, type Theme } from '../../contract/theme-colors.ts'
import type { KioskBridge, KioskView } from '../../contract/window-bridge.ts'
import { reportProblem } from '../report-problem.ts'
import { fetchLogo } from './fetch-logo.ts'
import { makeLogoPicture } from './logo-picture.ts'
import { choosePlate, type LogoPlate } from './logo-plate.ts'
import { setPalette } from './set-palette.ts'
import { type LogoOutcome, type ShownLogo, shownLogo } from './shown-logo.ts'

export type BrandLook = { logo: ShownLogo; plates: Readonly<Record<Theme, LogoPlate>> }

const NO_PLATES = { dark: 'none', light: 'none' } as const
const BrandContext = createContext<BrandLook>({ logo: { kind: 'initial' }, plates: NO_PLATES })

/** Hands the brand's look to every mark below it. */
export const BrandProvider = BrandContext.Provider

export function useBrandLook(): BrandLook {
  return useContext(BrandContext)
}

/** The last brand that the helper spoke of: while it is away, the screen stays in its colours. */
function useLastBrand(view: KioskView): Brand | null {
  const last = useRef<Brand | null>(null)
  if (view.kind === 'linked') last.current = view.snapshot.display.brand
  return last.current
}

function useLogo(wanted: LogoReference | null, helperId: number | null, bridge: KioskBridge): LogoOutcome | null {
  const [outcome, setOutcome] = useState<LogoOutcome | null>(null)
  const [type, sha256] = [wanted?.type, wanted?.sha256]
  const isLoaded = outcome?.picture != null && outcome.sha256 === sha256
  useEffect(() => {
    if (type === undefined || sha256 === undefined || helperId === null || isLoaded) return
    let isWanted = true
    const show = (change: (previous: LogoOutcome | null) => LogoOutcome) => {
      if (isWanted) setOutcome(change)
    }
    const load = async () => {
      const bytes = await fetchLogo(sha256, (request) => bridge.getLogoPart(request))
      // Gone: the next view names another.
      if (bytes === null) return
      try {
        const picture = await makeLogoPicture(type, bytes)
        show(() => ({ sha256, picture }))
      } catch (error) {
        reportProblem('The logo cannot be shown; the initial of the name stands in its place', error)
        show(() => ({ sha256, picture: null }))
      }
    }
    load().catch((error: unknown) => {
      reportProblem('The logo did not come from the helper', error)
      // The next helper may have it: until then the one before may stay.
      show((previous) => (previous?.picture ? previous : { sha256, picture: null }))
    })
    return () => {
      isWanted = false
    }
  }, [type, sha256, helperId, bridge])
  return outcome
}

function platesFor(logo: ShownLogo, palette: BrandPalette | null): BrandLook['plates'] {
  if (logo.kind !== 'picture') return NO_PLATES
  const [dark, light] = THEMES.map((theme) => {
    return choosePlate(logo.picture.pixels, palette?.[theme].ground ?? THEME_COLORS[theme].ground)
  })
  return { dark: dark ?? 'none', light: light ?? 'none' }
}

export function useBrand(view: KioskView, bridge: KioskBridge = window.kiosk): BrandLook {
  const brand = useLastBrand(view)
  const helperId = view.kind === 'linked' ? view.snapshot.helper.processId : null
  const wanted = brand?.logo ?? null
  const outcome = useLogo(wanted, helperId, bridge)
  // Each view is a new object; what it says of the brand hardly ever changes.
  const paletteText = JSON.stringify(brand?.palette ?? null)
  useLayoutEffect(() => setPalette(document.documentElement.style, JSON.parse(paletteText)), [paletteText])
  const wantedId = wanted?.sha256 ?? null
  // The id names the logo, and the text is the palette.
  return useMemo(() => {
    const logo = shownLogo(wanted, outcome)
    return { logo, plates: platesFor(logo, JSON.parse(paletteText)) }
  }, [wantedId, outcome, paletteText])
}
