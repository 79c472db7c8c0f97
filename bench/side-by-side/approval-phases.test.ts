import { describe, expect, it } from 'vitest'
import { stratifiedPhases } from './approval-phases.ts'
import { mean } from './statistics.ts'

describe('approval phases', () => {
  it('takes the middle of every part of the period once', () => {
    expect(stratifiedPhases(4).toSorted()).toEqual([0.125, 0.375, 0.625, 0.875])
    expect(mean(stratifiedPhases(42))).toBeCloseTo(0.5, 10)
  })

  it('mixes them, the same way for every client', () => {
    expect(stratifiedPhases(42)).toEqual(stratifiedPhases(42))
    expect(stratifiedPhases(42)).not.toEqual(stratifiedPhases(42).toSorted())
  })
})
