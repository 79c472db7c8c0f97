import { describe, expect, it } from 'vitest'
import { type LineChart, lineChart } from './line-chart.ts'

const CHART: LineChart = {
  title: 'Requests',
  description: 'They rise.',
  xLabel: 'seconds',
  yLabel: 'requests per second',
  series: [
    {
      name: 'ours',
      points: [
        [0, 0],
        [5, 50],
        [10, 100],
      ],
    },
    {
      name: 'ideal',
      points: [
        [0, 10],
        [10, 10],
      ],
      dashed: true,
    },
  ],
}

const linesOf = (svg: string) => [...svg.matchAll(/<path d="(M[^"]*)"[^>]*stroke-linejoin/g)].map(([, path]) => path)

describe('a line chart', () => {
  it('says what it is to those who cannot see it', () => {
    const svg = lineChart(CHART)
    expect(svg).toContain('role="img"')
    expect(svg).toContain('>Requests</title>')
    expect(svg).toContain('>They rise.</desc>')
  })

  it('names both axes and every series', () => {
    const svg = lineChart(CHART)
    for (const words of ['seconds', 'requests per second', 'ours', 'ideal']) expect(svg).toContain(`>${words}</text>`)
  })

  it('draws the first series last, from corner to corner', () => {
    expect(linesOf(lineChart(CHART)).at(-1)).toBe('M96 476L512 289L928 102')
  })

  it('dashes the lines that are to be dashed', () => {
    expect(lineChart(CHART).match(/stroke-linejoin="round" stroke-dasharray/g)).toHaveLength(1)
  })

  it('ends a line at the floor of a log axis and goes on where it rises again', () => {
    const ys = [100, 0, 0, 0, 0, 100]
    const points = ys.map((y, x): [number, number] => [x, y])
    const [path] = linesOf(lineChart({ ...CHART, yScale: 'log', yLeast: 1, series: [{ name: 'ours', points }] }))
    expect(path?.match(/M/g)).toHaveLength(2)
    expect(path?.match(/L/g)).toHaveLength(2)
  })

  it('shades and names a band', () => {
    const svg = lineChart({ ...CHART, bands: [{ from: 5, to: 10, label: 'outage' }] })
    expect(svg).toMatch(/<rect x="512" y="102" width="416" height="374"[^>]*\/>.*>outage</)
  })
})
