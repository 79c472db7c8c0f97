import { access, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KioskError } from '../../contract/kiosk-error.ts'
import { createLog } from '../log.ts'
import { finishDestroying } from './destroy-marker.ts'
import type { DeviceKey } from './device-key.ts'

const log = createLog('test')
log.level = 'silent'

describe('an order to destroy the vault that was not carried out', () => {
  let folder: string
  let marker: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kiosk-marker-'))
    marker = join(folder, 'destroy-pending')
  })
  afterEach(() => rm(folder, { recursive: true }))

  const isThere = () =>
    access(marker).then(
      () => true,
      () => false,
    )

  function deviceKey(destroy: DeviceKey['destroy']): DeviceKey {
    return {
      source: 'keychain',
      bytes: Buffer.alloc(32, 1),
      reason: null,
      isStillThere: async () => true,
      oneTimeKeys: null,
      destroy,
    }
  }

  it('is finished by the next start, which needs another device key then', async () => {
    await writeFile(marker, '')
    expect(
      await finishDestroying(
        deviceKey(async () => 'destroyed'),
        marker,
        log,
      ),
    ).toBe('destroyed')
    expect(await isThere()).toBe(false)
  })

  it('stands for as long as the keychain does not answer', async () => {
    await writeFile(marker, '')
    const locked = deviceKey(async () => {
      throw new KioskError('keychain-unavailable', 'the keychain is locked')
    })
    expect(await finishDestroying(locked, marker, log)).toBe('failed')
    expect(await isThere()).toBe(true)
  })

  it('touches no key where nothing was ordered', async () => {
    const untouched = deviceKey(() => Promise.reject(new Error('nobody asked for this')))
    expect(await finishDestroying(untouched, marker, log)).toBeNull()
  })
})
