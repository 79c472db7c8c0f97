import { describe, expect, it } from 'vitest'
import { KioskError } from '../../contract/kiosk-error.ts'
import type { TrustedKey } from '../trust/public-key.ts'
import type { Trust } from '../trust/read-trust.ts'
import { openOrderKeys } from './order-keys.ts'

const KEY = { keyId: 'orders-2027', algorithm: 'EdDSA' } as TrustedKey
const PINNED: Trust = { kind: 'pinned', keys: [KEY] }
const NONE: Trust = { kind: 'none' }
const UNUSABLE: Trust = { kind: 'unusable', why: new KioskError('trust-unusable', 'cannot be read (EIO)') }

/** Each look finds the next; `pauses` counts how often it was waited for between two. */
function openKeys(...found: Trust[]) {
  let pauses = 0
  const keys = openOrderKeys({
    read: async () => found.shift() ?? NONE,
    pause: async () => {
      pauses += 1
    },
    log: { error: () => {} },
  })
  return { keys, pauses: () => pauses }
}

describe('the keys for orders', () => {
  it('are those that are pinned', async () => {
    expect(await openKeys(PINNED).keys()).toEqual([KEY])
  })

  it('are none where none was ever pinned, and nobody waits', async () => {
    const { keys, pauses } = openKeys(NONE)
    expect(await keys()).toEqual([])
    expect(pauses()).toBe(0)
  })

  it('cannot be told while their file cannot be read, so that no order is refused for it', async () => {
    const { keys } = openKeys(UNUSABLE, PINNED)
    await expect(keys()).rejects.toMatchObject({ code: 'trust-unusable' })
    expect(await keys()).toEqual([KEY])
  })

  it('are looked for once more where their file is gone, since another may be taking its place', async () => {
    const { keys, pauses } = openKeys(PINNED, NONE, PINNED)
    await keys()
    expect(await keys()).toEqual([KEY])
    expect(pauses()).toBe(1)
  })

  it('are none once their file stays away', async () => {
    const { keys, pauses } = openKeys(PINNED, NONE, NONE, NONE)
    await keys()
    expect(await keys()).toEqual([])
    expect(await keys()).toEqual([])
    expect(pauses()).toBe(1)
  })
})
