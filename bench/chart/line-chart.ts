/** Draws values over time as an SVG document. Pure. */
import { linearAxis, logAxis, spanAxis } from './chart-axis.ts'
import { chartCard, colourOf, formatNumber, type Plot, px, text } from './chart-card.ts'

export type LineChart = {
  title: string
  /** For those who cannot see it: what the chart shows and what it says. */
  description: string
  /** With its unit. */
  xLabel: string
  /** With its unit. */
  yLabel: string
  /** On a `log` axis a line that falls to the floor ends there, and goes on where it rises again. */
  yScale?: 'linear' | 'log'
  /** Least value that a `log` axis must show; by default the least above zero. */
  yLeast?: number
  series: readonly { name: string; points: readonly (readonly [x: number, y: number])[]; dashed?: boolean }[]
  /** Stretches of the x axis that are shaded and named. */
  bands?: readonly { from: number; to: number; label: string }[]
}

type Points = LineChart['series'][number]['points']

/** The stretches above the floor, each with the points beside it, so that a line is seen to come and go. */
function drawLine(points: Points, isOnFloor: (y: number) => boolean, place: (x: number, y: number) => string): string {
  let drawing = false
  const steps = points.map(([x, y], index) => {
    const isSeen = [points[index - 1], points[index], points[index + 1]].some((near) => near && !isOnFloor(near[1]))
    const step = isSeen ? `${drawing ? 'L' : 'M'}${place(x, y)}` : ''
    drawing = isSeen
    return step
  })
  return steps.join('')
}

export function lineChart(chart: LineChart): string {
  const { series, bands = [] } = chart
  const xs = series.flatMap(({ points }) => points.map(([x]) => x))
  const ys = series.flatMap(({ points }) => points.map(([, y]) => y))
  const most = ys.reduce((a, b) => Math.max(a, b), 0)
  const leastSeen = ys.reduce((a, b) => (b > 0 ? Math.min(a, b) : a), most)
  const yAxis = chart.yScale === 'log' ? logAxis(chart.yLeast ?? leastSeen, most) : linearAxis(most)
  const from = xs.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const to = xs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const xAxis = spanAxis(from, to)

  function draw(plot: Plot): string {
    const xAt = (x: number) => plot.left + xAxis.share(x) * (plot.right - plot.left)
    const yAt = (y: number) => plot.bottom - yAxis.share(y) * (plot.bottom - plot.top)
    const shades = bands.map(({ from: left, to: right, label }) => {
      const box = `x="${px(xAt(left))}" y="${plot.top}" width="${px(xAt(right) - xAt(left))}" height="${plot.bottom - plot.top}"`
      const name = text(label, { x: (xAt(left) + xAt(right)) / 2, y: plot.top + 18 }, { anchor: 'middle', quiet: true })
      return `<rect ${box} fill="#59636E" fill-opacity="0.09"/>${name}`
    })
    const ticks = xAxis.ticks.map((tick) =>
      text(formatNumber(tick), { x: xAt(tick), y: plot.bottom + 22 }, { anchor: 'middle', quiet: true }),
    )
    const label = text(chart.xLabel, { x: (plot.left + plot.right) / 2, y: plot.bottom + 48 }, { anchor: 'middle' })
    const lines = series.map(({ points, dashed }, index) => {
      const isOnFloor = (y: number) => chart.yScale === 'log' && yAxis.share(y) === 0
      const path = drawLine(points, isOnFloor, (x, y) => `${px(xAt(x))} ${px(yAt(y))}`)
      const style = `stroke="${colourOf(index)}" stroke-width="2.25" stroke-linejoin="round"${dashed ? ' stroke-dasharray="7 4"' : ''}`
      return `<path d="${path}" ${style}/>`
    })
    // The first series is what the chart is about: it lies on top.
    return [...shades, ...ticks, label, ...lines.reverse()].join('\n')
  }

  return chartCard({ ...chart, yAxis }, draw)
}
