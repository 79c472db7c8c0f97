/** A table for a terminal. Pure. */

export type Row = readonly (string | number)[]

/** The first column to the left, the others to the right. */
export function table(title: string, rows: readonly Row[]): string {
  const widths: number[] = []
  for (const row of rows) {
    for (const [column, text] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, String(text).length)
    }
  }
  const lines = rows.map((row) =>
    row
      .map((text, column) => {
        const width = widths[column] ?? 0
        return column === 0 ? String(text).padEnd(width) : String(text).padStart(width)
      })
      .join('  ')
      .trimEnd(),
  )
  return [title, ...lines.map((line) => `  ${line}`), ''].join('\n')
}
