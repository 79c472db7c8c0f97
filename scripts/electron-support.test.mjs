import { describe, expect, it } from 'vitest'
import { findSupportFault } from './electron-support.mjs'

describe('the Electron that is packaged', () => {
  it('is supported for three majors of eight weeks each', () => {
    expect(findSupportFault('45.4.1', new Date('2026-11-22'))).toBeNull()
    expect(findSupportFault('45.4.1', new Date('2027-04-06'))).toBeNull()
    expect(findSupportFault('45.4.1', new Date('2027-04-08'))).toContain('no security fixes since 2027-04-07')
    expect(findSupportFault('43.0.0', new Date('2026-12-20'))).toContain('update it')
  })

  it('must have a date of its own', () => {
    expect(findSupportFault('46.0.0', new Date('2027-01-01'))).toContain('add when it came out')
    expect(findSupportFault('39.2.0', new Date('2027-01-01'))).toContain('add when it came out')
  })
})
