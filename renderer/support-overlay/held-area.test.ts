import { describe, expect, it } from 'vitest'
import { isNear } from './held-area.ts'

const MARK = { left: 100, right: 160, top: 40, bottom: 100 }

describe('a finger', () => {
  it.each([
    [130, 70, true],
    [72, 12, true],
    [188, 128, true],
    [69, 70, false],
    [130, 131, false],
    [400, 70, false],
  ])('at %i, %i means the mark: %s', (clientX, clientY, means) => {
    expect(isNear(MARK, { clientX, clientY })).toBe(means)
  })
})
