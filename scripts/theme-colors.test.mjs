import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { PALETTE_TOKENS, THEME_COLORS, THEMES } from '../contract/theme-colors.ts'
import { propertyOf } from '../renderer/brand/set-palette.ts'

const stylesheet = readFileSync(join(import.meta.dirname, '../renderer/styles/theme.css'), 'utf8')

describe('theme.css', () => {
  it('uses every colour that a brand may set', () => {
    for (const token of PALETTE_TOKENS) {
      // The card is the same in both themes.
      const themes = token === 'cardAccent' ? ['dark'] : THEMES
      for (const theme of themes) expect(stylesheet).toContain(`var(${propertyOf(theme, token)}, #`)
    }
  })

  it('has the colours that contrast is measured against', () => {
    const written = (name) => [...stylesheet.matchAll(new RegExp(`--${name}: (?:var\\([^,]*, )?(#[0-9a-f]{6})`, 'g'))]
    const kebab = (token) => propertyOf('', token).replace('--brand--', '')
    for (const [index, theme] of THEMES.entries()) {
      for (const [token, hex] of Object.entries(THEME_COLORS[theme])) {
        expect(written(kebab(token))[index]?.[1], `${theme} ${token}`).toBe(hex)
      }
    }
    for (const [token, hex] of Object.entries(THEME_COLORS.card)) expect(written(kebab(token))[0]?.[1], token).toBe(hex)
  })
})
