import { describe, expect, it } from 'vitest'
import { KioskError } from '../../contract/kiosk-error.ts'
import type { FoundHandover } from '../vault/handover.ts'
import { cancelled, HANDED, openKiosk, PLAIN, PLANNED, POLICY, session, signedIn } from './session-runner.fixture.ts'

describe('a planned stop of the helper', () => {
  it('hands the session over with the tokens of a refresh that was under way, and revokes nothing', async () => {
    const { runner, vault, asked, answers, revoked, handed, stopClock } = await signedIn({ canHandOver: true })
    await asked.refresh.promise
    const stopping = runner.stop(PLANNED)
    setTimeout(answers.refresh.resolve, 50)
    await stopping
    expect(handed).toMatchObject([{ generation: 1, screenId: 'screen', tokens: { refreshToken: 'refresh-rotated' } }])
    expect(revoked).toEqual([])
    expect(await vault.read(1)).toBeNull()
    stopClock()
  })

  it('goes on its way with the tokens before a refresh that takes too long, and does not revoke what comes of that', async () => {
    const { runner, asked, answers, revoked, handed, stopClock } = await signedIn({ canHandOver: true })
    await asked.refresh.promise
    await runner.stop(PLANNED)
    answers.refresh.resolve()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(handed).toMatchObject([{ tokens: { refreshToken: 'refresh-first' } }])
    expect(revoked).toEqual([])
    stopClock()
  }, 10_000)

  it.each(['signOut', 'wipe'] as const)('takes it back on a "%s" that comes while it is on its way', async (kind) => {
    const kiosk = await signedIn({ canHandOver: true, onHandOver: () => kiosk.runner.command({ kind }) })
    await kiosk.runner.stop(PLANNED)
    expect(kiosk.handed).toEqual([])
    expect(kiosk.revoked).toEqual(['refresh-first'])
    kiosk.stopClock()
  })

  it.each(['signOut', 'wipe'] as const)('takes it back on a "%s" that comes when it has been left', async (kind) => {
    const kiosk = await signedIn({ canHandOver: true })
    await kiosk.runner.stop(PLANNED)
    expect(kiosk.handed).toHaveLength(1)
    expect(kiosk.runner.command({ kind })).toEqual({ accepted: true })
    await kiosk.runner.lastLook(cancelled)
    expect(kiosk.handed).toEqual([])
    expect(kiosk.revoked).toEqual(['refresh-first'])
    expect(kiosk.vaultsDestroyed()).toBe(kind === 'wipe' ? 1 : 0)
    kiosk.stopClock()
  })

  it('has taken it back for operations before it says that it is over', async () => {
    const kiosk = await signedIn({ canHandOver: true })
    await kiosk.runner.stop(PLANNED)
    expect(kiosk.handed).toHaveLength(1)
    await kiosk.runner.revoke()
    expect(kiosk.handed).toEqual([])
    await kiosk.runner.lastLook(cancelled)
    expect(kiosk.revoked).toEqual(['refresh-first'])
    kiosk.stopClock()
  })

  it('has taken it back for a revoke that comes while it is on its way', async () => {
    let revoking: Promise<unknown> = Promise.resolve()
    const leftAfterRevoke: number[] = []
    const kiosk = await signedIn({
      canHandOver: true,
      onHandOver: () => {
        revoking = kiosk.runner.revoke().then(() => leftAfterRevoke.push(kiosk.handed.length))
      },
    })
    await kiosk.runner.stop(PLANNED)
    await revoking
    expect(leftAfterRevoke).toEqual([0])
    expect(kiosk.revoked).toEqual(['refresh-first'])
    kiosk.stopClock()
  })

  it('has destroyed the keys before it says so, though the session was on its way', async () => {
    const kiosk = await signedIn({ canHandOver: true })
    await kiosk.runner.stop(PLANNED)
    expect(await kiosk.runner.wipe()).toBe(true)
    expect(kiosk.vaultsDestroyed()).toBe(1)
    expect(kiosk.handed).toEqual([])
    await kiosk.runner.lastLook(cancelled)
    expect(kiosk.vaultsDestroyed()).toBe(1)
    kiosk.stopClock()
  })

  it('takes it back when the restart becomes a stop', async () => {
    const plan = new AbortController()
    const kiosk = await signedIn({ canHandOver: true, onHandOver: () => plan.abort() })
    await kiosk.runner.stop({ ...PLANNED, cancelled: plan.signal })
    expect(kiosk.handed).toEqual([])
    expect(kiosk.revoked).toEqual(['refresh-first'])
    kiosk.stopClock()
  })

  it('hands nothing over when nobody could say before which screen it may go on', async () => {
    const kiosk = await signedIn({ canHandOver: true })
    await kiosk.runner.stop({ ...PLANNED, screenId: null })
    expect(kiosk.handed).toEqual([])
    expect(kiosk.revoked).toEqual(['refresh-first'])
    kiosk.stopClock()
  })

  it('hands nothing over that was signed out while it waited', async () => {
    const { runner, asked, answers, revoked, handed, stopClock } = await signedIn({ canHandOver: true })
    await asked.refresh.promise
    const stopping = runner.stop(PLANNED)
    expect(runner.command({ kind: 'signOut' })).toEqual({ accepted: true })
    answers.refresh.resolve()
    await stopping
    expect(handed).toEqual([])
    expect(revoked).toContain('refresh-first')
    stopClock()
  })

  it('ends the session where the vault can hand nothing over', async () => {
    const { runner, revoked, handed, stopClock } = await signedIn({ canHandOver: false })
    await runner.stop(PLANNED)
    expect(handed).toEqual([])
    expect(revoked).toEqual(['refresh-first'])
    stopClock()
  })

  it('hands over no sign-in that nobody has confirmed yet', async () => {
    const { runner, answers, revoked, handed, kinds, stopClock } = openKiosk({ canHandOver: true })
    answers.redeem.resolve()
    await expect.poll(() => kinds, { timeout: 5_000 }).toContain('confirming')
    await runner.stop(PLANNED)
    expect(handed).toEqual([])
    expect(revoked).toEqual(['refresh-first'])
    stopClock()
  })
})

describe('a stop before the start', () => {
  it('revokes what the helper before it handed over', async () => {
    const { runner, revoked, stopClock } = openKiosk({ handover: HANDED, begins: false })
    await runner.stop(PLAIN)
    expect(revoked).toEqual(['refresh-handed'])
    stopClock()
  })
})

describe('a start of the helper', () => {
  it('goes on with a session that was handed over, without a question', async () => {
    const handover: FoundHandover = { kind: 'session', session: session(performance.now()) }
    const { runner, vault, kinds, stopClock } = openKiosk({ canHandOver: true, handover })
    await expect.poll(() => kinds).toEqual(['signedIn'])
    expect(await vault.read(4)).toMatchObject({ refreshToken: 'refresh-handed' })
    await runner.stop(PLAIN)
    stopClock()
  })

  it('revokes the tokens of one that may not go on, and begins anew', async () => {
    const why = new KioskError('vault-handover-refused', 'it is 121 s old')
    const handover: FoundHandover = { kind: 'spent', session: session(performance.now()), why }
    const { runner, revoked, kinds, stopClock } = openKiosk({ handover })
    await expect.poll(() => revoked).toEqual(['refresh-handed'])
    expect(kinds[0]).toBe('preparing')
    await runner.stop(PLAIN)
    stopClock()
  })
})

describe('an order from far away', () => {
  it('revokes what the helper before it handed over, before anything begins', async () => {
    const { runner, revoked, kinds, stopClock } = openKiosk({ handover: HANDED, begins: false })
    expect(runner.isHandedOver()).toBe(true)
    await runner.revoke()
    expect(runner.isHandedOver()).toBe(false)
    await expect.poll(() => revoked).toHaveLength(1)
    expect(kinds).toEqual([])
    stopClock()
  })

  it.each(['revoke', 'wipe'] as const)(
    'ends (%s) a handed-over session that is just being taken over',
    async (order) => {
      const { runner, vault, revoked, kinds, vaultsDestroyed, stopClock } = openKiosk({
        handover: HANDED,
        begins: false,
      })
      const storing = Promise.withResolvers<void>()
      const { store } = vault
      vault.store = async (generation, tokens) => {
        await storing.promise
        await store(generation, tokens)
      }
      const starting = runner.start(POLICY)
      expect(runner.isHandedOver()).toBe(true)
      const ordered = runner[order]()
      storing.resolve()
      await Promise.all([starting, ordered])
      expect(runner.isHandedOver()).toBe(false)
      await expect.poll(() => revoked).toEqual(['refresh-handed'])
      expect(await vault.read(4)).toBeNull()
      expect(kinds.slice(0, 2)).toEqual(['signedIn', 'ended'])
      expect(vaultsDestroyed()).toBe(order === 'wipe' ? 1 : 0)
      stopClock()
    },
  )

  it('wipes before anything begins, and nothing begins afterwards', async () => {
    const { runner, revoked, kinds, destroyed, vaultsDestroyed, stopClock } = openKiosk({
      handover: HANDED,
      begins: false,
    })
    await runner.wipe()
    expect(vaultsDestroyed()).toBe(1)
    expect(destroyed).toEqual(['destroyed'])
    await expect.poll(() => revoked).toHaveLength(1)
    await runner.start({
      start: 'always',
      confirmMs: 1,
      maxUnattendedCodes: 1,
      shiftMs: 1,
      idleMs: null,
      endOnScreenCrash: true,
    })
    expect(kinds).toEqual([])
    stopClock()
  })

  it.each(['revoke', 'wipe'] as const)(
    'takes a session back (%s) that is on its way to the next helper',
    async (order) => {
      const kiosk = await signedIn({ canHandOver: true })
      await kiosk.runner.stop(PLANNED)
      expect(kiosk.handed).toHaveLength(1)
      await kiosk.runner[order]()
      await kiosk.runner.lastLook(cancelled)
      expect(kiosk.handed).toEqual([])
      expect(kiosk.revoked).toEqual(['refresh-first'])
      expect(kiosk.vaultsDestroyed()).toBe(order === 'wipe' ? 1 : 0)
      kiosk.stopClock()
    },
  )

  it('ends a session in the middle of a renewal, whose answer is revoked as well', async () => {
    const { runner, vault, asked, answers, revoked, kinds, stopClock } = await signedIn({})
    await asked.refresh.promise
    const renewing = runner.renewNow()
    await runner.revoke()
    expect(await vault.read(1)).toBeNull()
    expect(kinds.at(-1)).toBe('ended')
    answers.refresh.resolve()
    expect(await renewing).toBe('session-lost')
    await expect.poll(() => revoked.toSorted()).toEqual(['refresh-first', 'refresh-rotated'])
    stopClock()
  })

  it('renews at once, and only what is there to renew', async () => {
    const { runner, asked, answers, stopClock } = await signedIn({})
    await asked.refresh.promise
    const renewing = runner.renewNow()
    answers.refresh.resolve()
    expect(await renewing).toBe('renewed')
    await runner.revoke()
    expect(await runner.renewNow()).toBe('no-session')
    stopClock()
  })
})
