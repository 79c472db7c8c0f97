import { describe, expect, it } from 'vitest'
import { retryDelayMs } from './app-retry.ts'

describe('the wait before a hosted app is loaded again', () => {
  it('doubles with every failure, up to half a minute', () => {
    expect([1, 2, 3, 4, 5, 6, 20].map((failures) => retryDelayMs(failures, 0.5))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ])
  })

  it('differs from kiosk to kiosk', () => {
    expect([retryDelayMs(1, 0), retryDelayMs(1, 1)]).toEqual([750, 1_250])
  })
})
