/** The white card every chart is drawn on: title, legend, axes. Pure; text is escaped, nothing is loaded. */
import type { Axis } from './chart-axis.ts'

export type SeriesStyle = { name: string; dashed?: boolean }

/** Okabe and Ito's colours, which all common kinds of colour vision tell apart, darkened to 3:1 on white. */
const COLOURS = ['#0072B2', '#D55E00', '#4D4D4D', '#008A64', '#A5487E', '#8A6D00'] as const
const INK = { text: '#1F2328', quiet: '#59636E', grid: '#E1E4E8', border: '#D1D9E0' }
const FONT = "system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', Arial, sans-serif"
/** Of the 13 px text, on average: no font can be measured here. */
const LETTER_WIDTH = 7.1

const CARD = { width: 960, height: 540 }
const PLOT_BOTTOM = 64
const LEGEND_ROW = 24

export type Plot = { left: number; right: number; top: number; bottom: number }

export function colourOf(series: number): string {
  return COLOURS[series % COLOURS.length] as string
}

export function escapeXml(text: string): string {
  const names: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
  return text.replace(/[&<>"']/g, (letter) => names[letter] ?? letter)
}

/** With separators and as many decimals as its size deserves. */
export function formatNumber(value: number): string {
  const decimals = value === 0 || Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toLocaleString('en-GB', { maximumFractionDigits: decimals })
}

/** A coordinate; a hundredth of a pixel is more than enough. */
export function px(value: number): string {
  return String(Math.round(value * 100) / 100)
}

export function textWidth(text: string): number {
  return text.length * LETTER_WIDTH
}

export function text(
  content: string,
  at: { x: number; y: number },
  style: { anchor?: 'start' | 'middle' | 'end'; size?: number; bold?: boolean; quiet?: boolean } = {},
): string {
  const { anchor = 'start', size = 13, bold = false, quiet = false } = style
  const weight = bold ? ' font-weight="600"' : ''
  const colour = quiet ? INK.quiet : INK.text
  const place = `x="${px(at.x)}" y="${px(at.y)}" text-anchor="${anchor}"`
  return `<text ${place} font-size="${size}"${weight} fill="${colour}">${escapeXml(content)}</text>`
}

/** Rows of swatches and names, as many to a row as fit. */
function legendRows(series: readonly SeriesStyle[]): { rows: number; drawn: string } {
  let x = 24
  let row = 0
  const items = series.map(({ name, dashed }, index) => {
    const width = 34 + textWidth(name) + 20
    if (x > 24 && x + width > CARD.width - 24) {
      x = 24
      row++
    }
    const y = 66 + row * LEGEND_ROW
    const stroke = `stroke="${colourOf(index)}" stroke-width="${dashed ? 3 : 10}"${dashed ? ' stroke-dasharray="7 4"' : ''}`
    const item = `<path d="M${px(x)} ${y}h26" ${stroke}/>${text(name, { x: x + 34, y: y + 4.5 })}`
    x += width
    return item
  })
  return { rows: row + 1, drawn: items.join('\n') }
}

function drawYAxis(axis: Axis, label: string, plot: Plot): string {
  const lines = axis.ticks.map((tick) => {
    const y = plot.bottom - axis.share(tick) * (plot.bottom - plot.top)
    const grid = `<path d="M${plot.left} ${px(y)}H${plot.right}" stroke="${INK.grid}"/>`
    return grid + text(formatNumber(tick), { x: plot.left - 10, y: y + 4.5 }, { anchor: 'end', quiet: true })
  })
  const middle = (plot.top + plot.bottom) / 2
  const turned = `<g transform="rotate(-90 26 ${px(middle)})">${text(label, { x: 26, y: middle }, { anchor: 'middle' })}</g>`
  return [...lines, turned].join('\n')
}

/**
 * A whole SVG document.
 *
 * @param chart.description for those who cannot see it: what the chart shows and what it says
 * @param draw answers what stands in the plot and below it; called with where the plot is
 */
export function chartCard(
  chart: {
    title: string
    description: string
    yLabel: string
    yAxis: Axis
    series: readonly SeriesStyle[]
  },
  draw: (plot: Plot) => string,
): string {
  const id = chart.title.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  const legend = legendRows(chart.series)
  const plot = {
    left: 96,
    right: CARD.width - 32,
    top: 66 + legend.rows * LEGEND_ROW + 12,
    bottom: CARD.height - PLOT_BOTTOM,
  }
  const names = `role="img" aria-labelledby="${id}-title ${id}-description"`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${CARD.width} ${CARD.height}" ${names} font-family="${FONT}" fill="none">
<title id="${id}-title">${escapeXml(chart.title)}</title>
<desc id="${id}-description">${escapeXml(chart.description)}</desc>
<rect x="0.5" y="0.5" width="${CARD.width - 1}" height="${CARD.height - 1}" rx="12" fill="#FFFFFF" stroke="${INK.border}"/>
${text(chart.title, { x: 24, y: 38 }, { size: 19, bold: true })}
${legend.drawn}
${drawYAxis(chart.yAxis, chart.yLabel, plot)}
${draw(plot)}
</svg>
`
}
