import { describe, expect, it } from 'vitest'
import { type GroupedBarChart, groupedBarChart } from './bar-chart.ts'

const CHART: GroupedBarChart = {
  title: 'Time & patience',
  description: 'Ours is <shorter>.',
  yLabel: 'mean time / floor',
  groups: ['RTT 10 ms', 'RTT 80 ms'],
  series: [
    { name: 'ours', values: [1, 2] },
    { name: 'peer', values: [4, null] },
  ],
}

const heightsOf = (svg: string) =>
  [...svg.matchAll(/<rect [^>]*height="([\d.]+)"[^>]*data-series/g)].map(([, height]) => Number(height))

describe('a grouped bar chart', () => {
  it('says what it is to those who cannot see it', () => {
    const svg = groupedBarChart(CHART)
    expect(svg).toContain('role="img" aria-labelledby="time-patience-title time-patience-description"')
    expect(svg).toContain('<title id="time-patience-title">Time &amp; patience</title>')
    expect(svg).toContain('Ours is &lt;shorter&gt;.</desc>')
  })

  it('draws a bar for each value, as high as it is large', () => {
    const [ours = 0, peer = 0, oursLater = 0] = heightsOf(groupedBarChart(CHART))
    expect(peer / ours).toBeCloseTo(4, 2)
    expect(oursLater / ours).toBeCloseTo(2, 2)
  })

  it('draws a dash and no bar where there is no value', () => {
    const svg = groupedBarChart(CHART)
    expect(heightsOf(svg)).toHaveLength(3)
    expect(svg).toContain('>–</text>')
  })

  it('makes room for a reference line above all bars', () => {
    const svg = groupedBarChart({ ...CHART, referenceLine: { y: 9, label: 'allowed' } })
    expect(svg).toContain('>allowed</text>')
    expect(svg).toContain('>10</text>')
  })

  it('breaks a long group name into lines', () => {
    const svg = groupedBarChart({ ...CHART, groups: ['a', 'word '.repeat(20).trim()] })
    expect(svg.match(/>word( word)*<\/text>/g)?.length).toBeGreaterThan(1)
  })
})
