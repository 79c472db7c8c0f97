/** Draws groups of bars side by side as an SVG document. Pure. */
import { linearAxis } from './chart-axis.ts'
import { chartCard, colourOf, escapeXml, formatNumber, type Plot, px, text, textWidth } from './chart-card.ts'

export type GroupedBarChart = {
  title: string
  /** For those who cannot see it: what the chart shows and what it says. */
  description: string
  /** With its unit. */
  yLabel: string
  groups: readonly string[]
  /** A value for each group; null where there is none to show. */
  series: readonly { name: string; values: readonly (number | null)[] }[]
  referenceLine?: { y: number; label: string }
}

/** Of the room each group has. */
const GROUP_SHARE = 0.78
const WIDEST_BAR = 72
const BAR_GAP = 3

/** Breaks a label at spaces into lines no wider than that. */
function wrap(label: string, width: number): string[] {
  const lines: string[] = []
  for (const word of label.split(' ')) {
    const longer = `${lines.at(-1)} ${word}`
    if (lines.length > 0 && textWidth(longer) <= width) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines
}

function drawReference({ y, label }: { y: number; label: string }, yAt: (y: number) => number, plot: Plot): string {
  const line = `<path d="M${plot.left} ${px(yAt(y))}H${plot.right}" stroke="#1F2328" stroke-width="1.5" stroke-dasharray="6 4"/>`
  return line + text(label, { x: plot.right, y: yAt(y) - 7 }, { anchor: 'end', bold: true })
}

export function groupedBarChart(chart: GroupedBarChart): string {
  const { groups, series, referenceLine } = chart
  const values = series.flatMap((one) => one.values.map((value) => value ?? 0))
  // A little air, so that the number on the highest bar stays below the legend.
  const yAxis = linearAxis(Math.max(...values, referenceLine?.y ?? 0) * 1.05)

  function draw(plot: Plot): string {
    const yAt = (y: number) => plot.bottom - yAxis.share(y) * (plot.bottom - plot.top)
    const groupWidth = (plot.right - plot.left) / groups.length
    const barWidth = Math.min((groupWidth * GROUP_SHARE) / series.length, WIDEST_BAR)

    const bars = groups.flatMap((_, group) => {
      const firstX = plot.left + groupWidth * (group + 0.5) - (barWidth * series.length) / 2
      return series.map(({ name, values }, index) => {
        const x = firstX + barWidth * index
        const value = values[group] ?? null
        const label = value === null ? '–' : formatNumber(value)
        const size = textWidth(label) > barWidth ? 10.5 : 13
        const number = text(label, { x: x + barWidth / 2, y: yAt(value ?? 0) - 6 }, { anchor: 'middle', size })
        if (value === null) return number
        const box = `x="${px(x + BAR_GAP / 2)}" y="${px(yAt(value))}" width="${px(barWidth - BAR_GAP)}" height="${px(plot.bottom - yAt(value))}"`
        return `<rect ${box} fill="${colourOf(index)}" data-series="${index}"><title>${titleOf(group, name, label)}</title></rect>${number}`
      })
    })
    const names = groups.flatMap((group, index) =>
      wrap(group, groupWidth - 8).map((line, row) => {
        const at = { x: plot.left + groupWidth * (index + 0.5), y: plot.bottom + 22 + row * 17 }
        return text(line, at, { anchor: 'middle' })
      }),
    )
    const floor = `<path d="M${plot.left} ${plot.bottom}H${plot.right}" stroke="#59636E"/>`
    const reference = referenceLine ? drawReference(referenceLine, yAt, plot) : ''
    return [...bars, floor, ...names, reference].join('\n')
  }

  function titleOf(group: number, name: string, label: string): string {
    return escapeXml(`${groups[group]}, ${name}: ${label}`)
  }

  return chartCard({ ...chart, yAxis }, draw)
}
