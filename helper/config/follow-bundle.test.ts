import { chmod, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { BundleStatus } from '../../contract/bundle-status.ts'
import type { SessionState } from '../../contract/session-state.ts'
import { type RememberedAudit, rememberAudit } from '../audit/remembered-audit.fixture.ts'
import { createLog } from '../log.ts'
import { type BundleStage, GOOD_CONFIG, makeBundleStage } from '../trust/bundle-stage.fixture.ts'
import { makeSigningKey } from '../trust/sign-bundle.ts'
import { type FollowedBundle, followBundle } from './follow-bundle.ts'

const CODE_ON_SCREEN = { kind: 'awaitingApproval' } as SessionState
const SIGNED_IN = { kind: 'signedIn' } as SessionState
const ENDED = { kind: 'ended' } as SessionState
const AT_REST: SessionState = { kind: 'attract' }
const OTHER_SHIFT = { session: { shiftHours: 8 } }
const OTHER_CLIENT = { identity: { ...GOOD_CONFIG.identity, clientId: 'other' } }

/** Each copy goes through to the disk, and the disk may be busy. */
const seen = (expectation: () => void) => vi.waitFor(expectation, { timeout: 15_000 })

describe('followBundle', () => {
  let stage: BundleStage
  let followed: FollowedBundle
  let due: string[]
  let shown: string[]
  let statuses: BundleStatus[]
  let events: string[]
  let isRevoking: boolean
  let audit: RememberedAudit

  async function follow(): Promise<void> {
    const found = await stage.found()
    if (!found.runnable) throw new Error('the bundle is whole')
    const log = createLog('test', (line) => events.push(`${'event' in line ? line.event : ''}`))
    log.level = 'silent'
    log.info = log.warn = log.error = (line: object) => events.push(`${'event' in line ? line.event : ''}`)
    followed = followBundle(
      stage.places,
      { found, runnable: found.runnable },
      {
        onBundle: ({ config }) => shown.push(config.brand.name),
        onStatus: (status) => statuses.push(status),
        onDue: (what) => due.push(what),
        isRevoking: () => isRevoking,
        log,
        audit,
        lookAgainMs: 5,
      },
    )
  }

  const refusedCodes = () => followed.status().refused.map(({ code }) => code)

  /** Once the helper has looked at the bundle again. */
  async function keptWithout(word: string): Promise<void> {
    const { stateFolder } = stage.places
    await vi.waitFor(async () => {
      const { folder } = JSON.parse(await readFile(join(stateFolder, 'bundle-record.json'), 'utf8'))
      expect(await readFile(join(stateFolder, folder, 'kiosk.json'), 'utf8')).not.toContain(word)
    }, 15_000)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }

  beforeEach(async () => {
    stage = await makeBundleStage()
    ;[due, shown, statuses, events] = [[], [], [], []]
    isRevoking = false
    audit = rememberAudit()
  })
  afterEach(async () => {
    followed.stop()
    // A look that is under way may still be writing its copy.
    await rm(stage.places.bundleFolder, { recursive: true })
    await vi.waitFor(() => stage.remove())
  })

  it('shows another brand at once, and starts nothing anew for it', async () => {
    await follow()
    followed.noteSession(SIGNED_IN)
    await stage.write({ brand: { name: 'Fabrikam' } })
    await seen(() => expect(shown.at(-1)).toBe('Fabrikam'))
    followed.noteSession(AT_REST)
    expect(due).toEqual([])
  })

  it('waits with what needs a start until nobody is disturbed, and says so', async () => {
    await follow()
    followed.noteSession(SIGNED_IN)
    await stage.write({ session: { shiftHours: 8 } })
    await seen(() => expect(followed.status().waiting).toEqual(['session.shiftHours']))
    for (const session of [ENDED, CODE_ON_SCREEN]) followed.noteSession(session)
    expect(due).toEqual([])
    followed.noteSession(AT_REST)
    expect(due).toEqual(['restart'])
    expect(events.filter((name) => name.startsWith('bundle.'))).toEqual(['bundle.waits', 'bundle.taken'])
    const changed = { event: 'bundle.changed', settings: ['session'], version: null }
    expect(audit.events).toEqual([
      { ...changed, effect: 'waits' },
      { ...changed, effect: 'restart' },
    ])
  })

  it('starts nothing anew when a change is taken back before it was taken over', async () => {
    await follow()
    followed.noteSession(SIGNED_IN)
    await stage.write({ session: { shiftHours: 8 } })
    await seen(() => expect(followed.status().waiting).toHaveLength(1))
    await stage.write({})
    await seen(() => expect(followed.status().waiting).toEqual([]))
    followed.noteSession(AT_REST)
    expect(due).toEqual([])
  })

  it('ends a session of another client at once, and starts anew once the screen has said so, whatever comes then', async () => {
    await follow()
    followed.noteSession(SIGNED_IN)
    await stage.write(OTHER_CLIENT)
    await seen(() => expect(due).toEqual(['end-session']))
    followed.noteSession(ENDED)
    await stage.write({})
    await keptWithout('other')
    followed.noteSession(AT_REST)
    expect(due).toEqual(['end-session', 'restart'])
  })

  it('starts anew only once the provider was told of ended tokens, or has not answered for long', async () => {
    isRevoking = true
    await follow()
    followed.noteSession(SIGNED_IN)
    await stage.write(OTHER_SHIFT)
    await seen(() => expect(followed.status().waiting).toHaveLength(1))
    followed.noteSession(AT_REST)
    expect(due).toEqual([])
    isRevoking = false
    await seen(() => expect(due).toEqual(['restart']))
  })

  it('waits for a provider that does not answer, but not for ever', async () => {
    isRevoking = true
    await follow()
    await stage.write(OTHER_SHIFT)
    await seen(() => expect(due[0]).toBe('restart'))
  })

  it('takes another host name for another device', async () => {
    await stage.write({ device: {} })
    const name = vi.spyOn(os, 'hostname')
    name.mockReturnValue('localhost')
    syncBuiltinESMExports()
    await follow()
    followed.noteSession(SIGNED_IN)
    name.mockReturnValue('reception-pc')
    await stage.write({ device: {}, brand: { name: 'Fabrikam' } })
    await seen(() => expect(due).toEqual(['end-session']))
    name.mockRestore()
    syncBuiltinESMExports()
  })

  it.each<[string, object, boolean]>([
    ['nothing', {}, true],
    ['another length of shift', OTHER_SHIFT, true],
    ['another client', OTHER_CLIENT, false],
    ['another kind of provider', { identity: { ...GOOD_CONFIG.identity, provider: 'okta' } }, false],
    ['a developer’s settings', { development: true }, false],
    ['another place for the device key', { vault: { deviceKey: 'keychain' } }, false],
  ])('hands a session over or not when %s came in the moment before', async (_what, change, may) => {
    await follow()
    followed.stop()
    await stage.write(change)
    expect(await followed.mayHandOver()).toBe(may)
  })

  it('hands no session over from a bundle whose key is gone', async () => {
    const next = await makeSigningKey('EdDSA')
    await stage.pin(stage.publicJwk)
    await stage.sign(3)
    await follow()
    followed.stop()
    await stage.write(OTHER_SHIFT)
    await stage.sign(4, next.privateJwk)
    await stage.pin(next.publicJwk)
    expect(await followed.mayHandOver()).toBe(false)
    await stage.pin(stage.publicJwk, next.publicJwk)
    expect(await followed.mayHandOver()).toBe(true)
  })

  it('keeps the last good one over a bad one, says why, and says when it is mended', async () => {
    await follow()
    await stage.put('kiosk.json', '{ "version"')
    await seen(() => expect(refusedCodes()).toEqual(['bundle-not-json']))
    await stage.write({})
    await seen(() => expect(refusedCodes()).toEqual([]))
    expect(statuses.map(({ refused }) => refused.length)).toEqual([1, 0])
    expect(events.filter((name) => name.startsWith('bundle.'))).toEqual(['bundle.refused', 'bundle.taken'])
    expect(due).toEqual([])
  })

  it('still starts anew for a good change when a bad one has come over it', async () => {
    await follow()
    followed.noteSession(SIGNED_IN)
    await stage.write({ session: { shiftHours: 8 } })
    await seen(() => expect(followed.status().waiting).toHaveLength(1))
    await stage.put('kiosk.json', '{')
    await seen(() => expect(refusedCodes()).toEqual(['bundle-not-json']))
    followed.noteSession(AT_REST)
    expect(due).toEqual(['restart'])
  })

  it('takes nothing that the pinned key does not vouch for', async () => {
    await stage.pin(stage.publicJwk)
    await stage.sign(3)
    await follow()
    followed.noteSession(AT_REST)
    await stage.write(OTHER_CLIENT)
    await seen(() => expect(refusedCodes()).toEqual(['bundle-file-changed']))
    await stage.sign(2)
    await seen(() => expect(refusedCodes()).toEqual(['bundle-version-old']))
    expect(due).toEqual([])
    await stage.sign(4)
    await seen(() => expect(due).toEqual(['restart']))
    expect(followed.status()).toMatchObject({ signed: { version: 4 }, refused: [] })
  })

  it('ends what runs under a bundle whose key was taken away', async () => {
    await stage.pin(stage.publicJwk)
    await stage.sign(3)
    await follow()
    followed.noteSession(SIGNED_IN)
    await stage.pin((await makeSigningKey('EdDSA')).publicJwk)
    await seen(() => expect(due).toEqual(['end-session']))
  })

  it.each([
    ['the only one is taken out', async () => [] as BundleStage['publicJwk'][]],
    ['another one takes its id', async () => [{ ...(await makeSigningKey('EdDSA')).publicJwk, kid: 'operations' }]],
  ])('ends what runs under a bundle whose key was taken away: %s', async (_what, keys) => {
    await stage.pin({ ...stage.publicJwk, kid: 'operations' })
    await stage.sign(3, { ...stage.key, kid: 'operations' })
    await follow()
    followed.noteSession(SIGNED_IN)
    await stage.pin(...(await keys()))
    await seen(() => expect(due).toEqual(['end-session']))
  })

  it('ends what still runs by a bundle whose key is taken away after its successor came', async () => {
    const next = await makeSigningKey('EdDSA')
    await stage.pin(stage.publicJwk, next.publicJwk)
    await stage.sign(3)
    await follow()
    followed.noteSession(SIGNED_IN)
    await stage.write({ session: { shiftHours: 8 } })
    await stage.sign(4, next.privateJwk)
    await seen(() => expect(followed.status().waiting).toEqual(['session.shiftHours']))
    expect(due).toEqual([])
    await stage.pin(next.publicJwk)
    await seen(() => expect(due).toEqual(['end-session']))
  })

  it('ends nothing by a removed key whose bundle a good one has replaced without a trace', async () => {
    const next = await makeSigningKey('EdDSA')
    await stage.pin(stage.publicJwk, next.publicJwk)
    await stage.sign(3)
    await follow()
    followed.noteSession(SIGNED_IN)
    await stage.sign(4, next.privateJwk)
    await seen(() => expect(followed.status().signed?.version).toBe(4))
    await stage.pin(next.publicJwk)
    await stage.put('kiosk.json', '{')
    await seen(() => expect(refusedCodes()).toEqual(['bundle-file-changed']))
    expect(due).toEqual([])
  })

  it.skipIf(process.platform === 'win32')(
    'goes on by what could not be kept when a bad one comes over it',
    async () => {
      await follow()
      followed.noteSession(SIGNED_IN)
      // For a while another folder is in its place, which is no place to keep anything.
      const { stateFolder } = stage.places
      await rename(stateFolder, `${stateFolder}.away`)
      await mkdir(stateFolder)
      await chmod(stateFolder, 0o757)
      await stage.write({ brand: { name: 'Fabrikam' }, ...OTHER_SHIFT })
      await seen(() => expect(shown.at(-1)).toBe('Fabrikam'))
      expect(events).toContain('bundle.not-kept')
      await rm(stateFolder, { recursive: true })
      await rename(`${stateFolder}.away`, stateFolder)
      await stage.put('kiosk.json', '{')
      await seen(() => expect(refusedCodes()).toEqual(['bundle-not-json']))
      expect(shown.at(-1)).toBe('Fabrikam')
      expect(followed.status().waiting).toEqual(['session.shiftHours'])
      expect(due).toEqual([])
    },
  )

  it('lets an unsigned bundle run to the end of a session when a key is pinned', async () => {
    await follow()
    followed.noteSession(SIGNED_IN)
    await stage.pin(stage.publicJwk)
    await seen(() => expect(followed.status()).toMatchObject({ waiting: ['bundle.jws'], signed: null }))
    expect(due).toEqual([])
    followed.noteSession(AT_REST)
    expect(due).toEqual(['restart'])
  })
})
