/** On what a scene is looked at: which glass, theme and language. Only names and numbers. */

import type { Language } from '../../contract/languages.ts'

/** A panel as kiosks are built with: a finger needs twelve millimetres on it, whatever its pixels. */
export type Panel = { name: string; width: number; height: number; inches: number }

export const PANELS: readonly Panel[] = [
  { name: '1920x1080', width: 1920, height: 1080, inches: 15.6 },
  { name: '1080x1920', width: 1080, height: 1920, inches: 15.6 },
  { name: '1024x600', width: 1024, height: 600, inches: 10.1 },
  { name: '600x1024', width: 600, height: 1024, inches: 10.1 },
  { name: '3840x2160', width: 3840, height: 2160, inches: 27 },
  { name: '1280x1024', width: 1280, height: 1024, inches: 17 },
]
/** Landscape and portrait, as most kiosks are built. */
export const MAIN_PANELS = PANELS.slice(0, 2)

export const THEMES = ['dark', 'light'] as const
type Theme = (typeof THEMES)[number]

export type Look = { panel: Panel; pixelRatio: number; theme: Theme; language: Language }

const FINGER_MM = 12
const MM_PER_INCH = 25.4
/** WCAG 2.5.5: below this a target is small on any panel. */
const SMALLEST_TARGET_PX = 44

/** How high and wide a touch target has to be on this panel, in CSS pixels. */
export function targetPx({ width, height, inches }: Panel): number {
  const pxPerMm = Math.hypot(width, height) / (inches * MM_PER_INCH)
  return Math.max(SMALLEST_TARGET_PX, FINGER_MM * pxPerMm)
}

/** `approve-link-1080x1920@1.5-dark-en` */
export function pictureName(sceneName: string, { panel, pixelRatio, theme, language }: Look): string {
  const ratio = pixelRatio === 1 ? '' : `@${pixelRatio}`
  return `${sceneName}-${panel.name}${ratio}-${theme}-${language}`
}
