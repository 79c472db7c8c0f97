/** Columns of a table on a terminal. Pure. Takes texts that are fit to be shown. */

const WIDE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\uff01-\uff60]/u
const NO_WIDTH = /\p{M}/u

function widthOf(letter: string): number {
  if (NO_WIDTH.test(letter)) return 0
  return WIDE.test(letter) ? 2 : 1
}

/** To exactly this many columns: cut with `…`, or filled up. */
export function fitText(text: string, columns: number): string {
  const letters = [...text]
  const width = letters.reduce((sum, letter) => sum + widthOf(letter), 0)
  if (width <= columns) return text + ' '.repeat(columns - width)
  let kept = ''
  let used = 0
  for (const letter of letters) {
    if (used + widthOf(letter) > columns - 1) break
    kept += letter
    used += widthOf(letter)
  }
  return `${kept}…${' '.repeat(Math.max(0, columns - used - 1))}`
}

export type Column = { title: string; width: number }

export function rowText(columns: readonly Column[], cells: readonly string[], totalWidth: number): string {
  const row = columns.map(({ width }, index) => fitText(cells[index] ?? '', width)).join('  ')
  return fitText(row, totalWidth).trimEnd()
}
