import { afterEach, describe, expect, it, vi } from 'vitest'
import { rehearseExchange } from './rehearsal.ts'

describe('the rehearsal of an exchange', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('goes through the library’s checks, and talks to nobody', async () => {
    const fetch = vi.fn(() => Promise.reject(new Error('somebody was asked')))
    vi.stubGlobal('fetch', fetch)
    expect(await rehearseExchange('urn:ietf:params:oauth:grant-type:device_code')).toBe('rehearsal')
    expect(fetch).not.toHaveBeenCalled()
  })
})
