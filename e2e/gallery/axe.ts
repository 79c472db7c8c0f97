/** WCAG 2.2 AA as axe-core reads it, and contrast on both ends of the page's gradient, which axe leaves open. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import type { Page } from 'playwright-core'
import './pretended-bridge.ts'

declare global {
  interface Window {
    axe: typeof axe
  }
}

const AXE_SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** What another theme or panel can change. */
const RULES = {
  everything: ['color-contrast', 'target-size'],
  look: ['color-contrast', 'target-size'],
  'enhanced contrast': ['color-contrast-enhanced'],
}

/** Nothing lies behind them but the ground; axe takes a clear button above, or the card beside, for their background. */
const LIE_APART = ['.brand-name', '.kiosk-name-name', '.kiosk-name-place', '.code-note']

/** Once for each load of the page. */
export async function bringAxe(page: Page): Promise<void> {
  await page.evaluate(AXE_SOURCE)
}

/**
 * @param what `everything`, only the rules that a look can break, or seven to one for all words
 * @returns one line for each violation, and for each contrast that could not be judged
 */
export async function violationsOf(page: Page, what: keyof typeof RULES): Promise<string[]> {
  const found = await page.evaluate(
    async ([scope, tags, rules, others]) => {
      const describe = ({ id, help, nodes }: axe.Result) =>
        nodes
          .map(({ target, failureSummary = '' }) => `${id} (${help}) at ${target.join(' ')}: ${failureSummary}`)
          .filter((line) => !others.some((place) => line.includes(` at ${place}: `) && line.includes('overlap')))
          // One letter is a mark or a number beside words.
          .filter((line) => !line.includes('too short to determine'))
      const run = async (runOnly: axe.RunOptions['runOnly']) => {
        const { violations, incomplete } = await window.axe.run(document, {
          ...(runOnly && { runOnly }),
          resultTypes: ['violations', 'incomplete'],
          rules: {
            'target-size': { enabled: true },
            'color-contrast-enhanced': { enabled: scope === 'enhanced contrast' },
          },
        })
        const open = incomplete.filter(({ id }) => id.startsWith('color-contrast'))
        return [...violations, ...open].flatMap(describe)
      }
      const { style } = document.body
      const standingStill = window.setTimeout
      window.setTimeout = window.pretended.realSetTimeout
      // Rings around a number and drawn signs hide what lies behind the words from axe, and from nobody else.
      const drawings = [...document.querySelectorAll<SVGElement>('svg[aria-hidden="true"]')]
      for (const drawing of drawings) drawing.style.visibility = 'hidden'
      const lines: string[] = []
      // The background runs from one colour to the other: text on it has to stand out from both.
      for (const ground of ['var(--ground)', 'var(--ground-glow)']) {
        style.background = ground
        lines.push(...(await run({ type: 'rule', values: rules })))
      }
      if (scope === 'everything') lines.push(...(await run({ type: 'tag', values: tags })))
      style.background = ''
      for (const drawing of drawings) drawing.style.visibility = ''
      window.setTimeout = standingStill
      return lines
    },
    [what, TAGS, RULES[what], LIE_APART] as const,
  )
  return [...new Set(found.map((line) => line.replace(/\s+/g, ' ')))]
}
