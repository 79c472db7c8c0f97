import { describe, expect, it } from 'vitest'
import { readBenchOptions } from './bench-options.ts'

describe('the bench’s command line', () => {
  it.each([
    { args: [], expected: { json: false, quick: false, publish: false, outPath: null } },
    { args: ['--json', '--quick'], expected: { json: true, quick: true, publish: false, outPath: null } },
    { args: ['--out', 'x.json'], expected: { json: false, quick: false, publish: false, outPath: 'x.json' } },
    { args: ['--help'], expected: null },
  ])('reads $args', ({ args, expected }) => {
    expect(readBenchOptions(args)).toEqual(expected)
  })

  it.each([[['--fast']], [['now']], [['--quick', '--publish']]])('refuses %j', (args) => {
    expect(() => readBenchOptions(args)).toThrow(TypeError)
  })
})
