import { describe, expect, it } from 'vitest'
import { countMisplaced, keepPlaces } from './row-order.ts'

describe('rows that are held', () => {
  it.each<[string, string[], string[], string[]]>([
    ['as they stood, though one wants attention now', ['a', 'b', 'c'], ['c', 'a', 'b'], ['a', 'b', 'c']],
    ['after those that stood, where they are new', ['a', 'c'], ['a', 'b', 'c'], ['a', 'c', 'b']],
    ['though the filter would not show them any more', ['a', 'b'], ['b'], ['a', 'b']],
  ])('stand %s', (_what, held, wanted, shown) => {
    expect(keepPlaces(held, wanted)).toEqual(shown)
  })

  it.each<[string[], string[], boolean]>([
    [['a', 'b', 'c'], ['a', 'b', 'c'], false],
    [['a', 'b', 'c'], ['c', 'a', 'b'], true],
    [['a', 'b', 'c'], ['a', 'c'], true],
  ])('%j, where %j is wanted, are told to have changed: %s', (shown, wanted, expected) => {
    expect(countMisplaced(shown, wanted) > 0).toBe(expected)
  })
})
