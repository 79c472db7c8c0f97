import { chmod, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KioskError } from '../../contract/kiosk-error.ts'
import type { OneTimeKeys } from './device-key.ts'
import { discardHandover, type HandedSession, type HandoverPlace, takeHandover, writeHandover } from './handover.ts'

const TOKENS = {
  accessToken: 'access-canary',
  accessTokenExpiresAtMs: 160_000,
  accessTokenLifetimeMs: 300_000,
  refreshToken: 'refresh-canary',
  userKey: 'iss alex',
  scopes: ['openid'],
  displayName: 'Alex Morgan',
}
/** A session that began a minute ago, on the clock of a helper that has run for 100 s. */
const SESSION: HandedSession = {
  generation: 3,
  displayName: 'Alex Morgan',
  since: 40_000,
  validUntil: 700_000,
  idleUntil: 130_000,
  tokensExpireAtMs: null,
  screenId: 'a'.repeat(64),
  rules: 'staff only',
  tokens: TOKENS,
}

/** A keychain that can be looked into. */
function keychain(): OneTimeKeys & { key: Buffer | null } {
  return {
    key: null,
    async put(key) {
      this.key = Buffer.from(key)
    },
    async take() {
      const { key } = this
      this.key = null
      return key
    },
  }
}

describe.runIf(process.platform !== 'win32')('a handover', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kiosk-handover-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const path = () => join(folder, 'handover.sealed')

  /** The machine has been up for `upMs`, the helper for `nowMs`. */
  function place(options: {
    keys: OneTimeKeys
    upMs?: number
    nowMs?: number
    bootId?: string
    deviceId?: string
    tenant?: string
    deviceKey?: number
    rules?: string
  }): HandoverPlace {
    const { keys, upMs = 1_000_000, nowMs = 100_000, bootId = 'boot-1', deviceId = 'DR-0042', tenant = 'iss' } = options
    return {
      folder,
      owner: { deviceId, tenant },
      deviceKey: {
        source: 'keychain',
        bytes: Buffer.alloc(32, options.deviceKey ?? 7),
        reason: null,
        isStillThere: async () => true,
        oneTimeKeys: keys,
        destroy: async () => 'destroyed',
      },
      boot: { bootId, upMs: () => upMs },
      nowMs: () => nowMs,
      rules: options.rules ?? 'staff only',
    }
  }

  it('brings a session from one helper to the next, with every moment on the new one’s clock', async () => {
    const keys = keychain()
    await writeHandover(place({ keys }), SESSION)
    // Two seconds later, in a helper that has just begun.
    const found = await takeHandover(place({ keys, upMs: 1_002_000, nowMs: 500 }))
    expect(found).toEqual({
      kind: 'session',
      session: {
        ...SESSION,
        since: -61_500,
        validUntil: 598_500,
        idleUntil: 28_500,
        tokens: { ...TOKENS, accessTokenExpiresAtMs: 58_500 },
      },
    })
    expect(keys.key).toBeNull()
    expect(await readdir(folder)).toEqual([])
  })

  it('finds nothing where nothing was handed over', async () => {
    expect(await takeHandover(place({ keys: keychain() }))).toEqual({ kind: 'none' })
  })

  it('writes ciphertext only', async () => {
    await writeHandover(place({ keys: keychain() }), SESSION)
    const sealed = await readFile(path())
    for (const canary of ['access-canary', 'refresh-canary', 'Alex']) expect(sealed.includes(canary)).toBe(false)
  })

  it('opens nothing before its key is gone from the keychain', async () => {
    const keys = keychain()
    await writeHandover(place({ keys }), SESSION)
    keys.take = async () => {
      throw new KioskError('keychain-unavailable', 'the key cannot be deleted')
    }
    expect(await takeHandover(place({ keys }))).toMatchObject({
      kind: 'refused',
      why: { code: 'keychain-unavailable' },
    })
  })

  it('is over after two minutes, and gives the tokens back to be revoked', async () => {
    const keys = keychain()
    await writeHandover(place({ keys }), SESSION)
    const found = await takeHandover(place({ keys, upMs: 1_120_001, nowMs: 500 }))
    expect(found).toMatchObject({ kind: 'spent', session: { tokens: { refreshToken: 'refresh-canary' } } })
  })

  it('does not go on under other rules, and gives the tokens back to be revoked', async () => {
    const keys = keychain()
    await writeHandover(place({ keys }), SESSION)
    const found = await takeHandover(place({ keys, rules: 'managers only' }))
    expect(found).toMatchObject({ kind: 'spent', session: { tokens: { refreshToken: 'refresh-canary' } } })
  })

  it('is gone with its key when the restart became a stop', async () => {
    const keys = keychain()
    await writeHandover(place({ keys }), SESSION)
    await discardHandover(place({ keys }))
    expect(keys.key).toBeNull()
    expect(await readdir(folder)).toEqual([])
  })

  it.each<[string, Partial<Parameters<typeof place>[0]>]>([
    ['after a reboot', { bootId: 'boot-2' }],
    ['on another device', { deviceId: 'DR-0043' }],
    ['for another tenant', { tenant: 'iss other-client' }],
    ['with another device key', { deviceKey: 8 }],
  ])('is refused %s', async (_where, change) => {
    const keys = keychain()
    await writeHandover(place({ keys }), SESSION)
    const found = await takeHandover(place({ keys, ...change }))
    expect(found).toMatchObject({ kind: 'refused', why: { code: 'vault-handover-refused' } })
    expect(keys.key).toBeNull()
    expect(await readdir(folder)).toEqual([])
  })

  it('is refused when it is played a second time', async () => {
    const keys = keychain()
    await writeHandover(place({ keys }), SESSION)
    const copy = await readFile(path())
    expect((await takeHandover(place({ keys }))).kind).toBe('session')
    await writeFile(path(), copy, { mode: 0o600 })
    expect(await takeHandover(place({ keys }))).toMatchObject({ kind: 'refused' })
    expect(await readdir(folder)).toEqual([])
  })

  it('is refused when it was copied from an earlier handover, though a key is there', async () => {
    const keys = keychain()
    await writeHandover(place({ keys }), SESSION)
    const copy = await readFile(path())
    await takeHandover(place({ keys }))
    await writeHandover(place({ keys }), SESSION)
    await writeFile(path(), copy)
    expect(await takeHandover(place({ keys }))).toMatchObject({ kind: 'refused' })
  })

  it('is refused when its record is gone, as after a power cut', async () => {
    const keys = keychain()
    await writeHandover(place({ keys }), SESSION)
    await rm(path())
    expect(await takeHandover(place({ keys }))).toMatchObject({ kind: 'refused' })
    expect(keys.key).toBeNull()
  })

  it.each<[string, () => Promise<unknown>]>([
    ['a link', () => rename(path(), `${path()}.moved`).then(() => symlink(`${path()}.moved`, path()))],
    ['readable for others', () => chmod(path(), 0o644)],
    ['cut short', async () => writeFile(path(), (await readFile(path())).subarray(0, 40))],
    ['empty', () => writeFile(path(), '')],
  ])('is refused when its file is %s', async (_what, tamper) => {
    const keys = keychain()
    await writeHandover(place({ keys }), SESSION)
    await tamper()
    expect(await takeHandover(place({ keys }))).toMatchObject({ kind: 'refused' })
  })

  it('is refused with any byte of it changed', async () => {
    const keys = keychain()
    await writeHandover(place({ keys }), SESSION)
    const [sealed, key] = [await readFile(path()), keys.key]
    for (let at = 0; at < sealed.length; at += 7) {
      const changed = Buffer.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 1
      await writeFile(path(), changed, { mode: 0o600 })
      keys.key = key
      expect(await takeHandover(place({ keys })), `byte ${at}`).toMatchObject({ kind: 'refused' })
    }
  })

  it('leaves nothing when the keychain takes no key', async () => {
    const keys = keychain()
    keys.put = async () => {
      throw new KioskError('keychain-unavailable', 'the keychain is locked')
    }
    await expect(writeHandover(place({ keys }), SESSION)).rejects.toMatchObject({ code: 'keychain-unavailable' })
    expect(await readdir(folder)).toEqual([])
  })
})
