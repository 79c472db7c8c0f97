/** Tests that the soak does what it is told and nothing else. */
import { describe, expect, it } from 'vitest'
import { readSoakOptions } from './soak-options.ts'

describe('the soak’s options', () => {
  it.each([
    [[], { minutes: 30, seed: 8628, json: false }],
    [['--quick', '--json'], { minutes: 1, seed: 8628, json: true }],
    [['--minutes', '2.5', '--seed', '7'], { minutes: 2.5, seed: 7, json: false }],
    [['--help'], null],
  ])('reads %j', (args, options) => {
    expect(readSoakOptions(args)).toEqual(options)
  })

  it.each([[['--minutes', '0']], [['--minutes', 'x']], [['--quick', '--minutes', '3']], [['--loud']]])(
    'refuses %j',
    (args) => {
      expect(() => readSoakOptions(args)).toThrow(TypeError)
    },
  )
})
