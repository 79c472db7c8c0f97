/** Tests that the catalogue can be read as a table. */
import { describe, expect, it } from 'vitest'
import { FAULT_CATALOGUE } from './fault-catalogue.ts'

describe('the fault catalogue', () => {
  it('names each case once', () => {
    const names = FAULT_CATALOGUE.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })

  it.each(FAULT_CATALOGUE)('lets the person approve, or says why not: $name', (faultCase) => {
    const { expectation, reason, approveAfterPolls } = faultCase
    expect(reason !== undefined).toBe(expectation === 'cannot survive')
    expect(approveAfterPolls).toBeGreaterThan(0)
  })

  it('gives up on few', () => {
    expect(FAULT_CATALOGUE.filter(({ expectation }) => expectation === 'cannot survive').length).toBeLessThan(5)
  })
})
