/** Puts a brand's colours where `theme.css` looks for them. Never touches another property. */
import type { BrandPalette } from '../../contract/brand.ts'
import { PALETTE_TOKENS, THEMES } from '../../contract/theme-colors.ts'

/** `--brand-dark-on-accent` for `onAccent`. */
export function propertyOf(theme: string, token: string): string {
  return `--brand-${theme}-${token.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
}

/** @param palette null takes every colour back */
export function setPalette(
  style: Pick<CSSStyleDeclaration, 'setProperty' | 'removeProperty'>,
  palette: BrandPalette | null,
): void {
  for (const theme of THEMES) {
    for (const token of PALETTE_TOKENS) {
      const color = palette?.[theme][token]
      if (color === undefined) style.removeProperty(propertyOf(theme, token))
      else style.setProperty(propertyOf(theme, token), color)
    }
  }
}
