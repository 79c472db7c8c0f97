/** The colours of the kiosk's own two themes that a brand may tint, as `theme.css` has them. Never a brand's own. */

/** `card` and `cardTint` lie beneath the QR code and are light in both themes. */
export const THEME_COLORS = {
  dark: {
    ground: '#08162a',
    groundGlow: '#10344c',
    surface: '#12263f',
    line: '#29405e',
    ink: '#f2f7ff',
    inkSoft: '#abbdd6',
    warning: '#ffc46b',
  },
  light: {
    ground: '#f1f5fa',
    groundGlow: '#d9ebf4',
    surface: '#ffffff',
    line: '#c6d3e1',
    ink: '#0b1a2e',
    inkSoft: '#45566d',
    warning: '#9c4600',
  },
  card: { card: '#ffffff', cardTint: '#eef4f9' },
} as const

export const THEMES = ['dark', 'light'] as const
export type Theme = (typeof THEMES)[number]

/** What a brand may change of a theme; in `theme.css` each has a property of the same name. */
export const PALETTE_TOKENS = [
  'ground',
  'groundGlow',
  'surface',
  'line',
  'ink',
  'inkSoft',
  'accent',
  'onAccent',
  'cardAccent',
  'markFrom',
  'markTo',
  'onMark',
] as const
