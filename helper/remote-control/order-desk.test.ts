import { describe, expect, it } from 'vitest'
import { emptyJournal } from './journal-changes.ts'
import { keptFor, NOW, openDisk, openLife, pump, redelivered, signedOrder } from './order-desk.fixture.ts'

/** Whether it is over, without waiting for it. */
async function isSettled(work: Promise<unknown>): Promise<boolean> {
  await pump()
  const pending = Symbol('pending')
  const settled = work.then(
    () => true,
    () => true,
  )
  return (await Promise.race([settled, Promise.resolve(pending)])) !== pending
}

describe('an order that the disk is slow to keep', () => {
  it('is not acknowledged when it comes again, before it is there', async () => {
    const disk = openDisk()
    disk.isFree = false
    const { desk, calls } = await openLife(disk)
    const { message } = await signedOrder('a', 'collect-diagnostics')
    const first = desk.take(message)
    const again = desk.take(redelivered(message))
    await expect.poll(disk.waiting).toBe(1)
    expect(await isSettled(again)).toBe(false)
    disk.isFree = true
    disk.next('kept')
    await Promise.all([first, again])
    expect(calls).toEqual(['diagnostics'])
  })

  it('is acknowledged neither time where it could not be kept, and is taken when it comes once more', async () => {
    const disk = openDisk()
    disk.isFree = false
    const { desk, calls } = await openLife(disk)
    const { message } = await signedOrder('a', 'collect-diagnostics')
    const both = Promise.allSettled([desk.take(message), desk.take(redelivered(message))])
    await expect.poll(disk.waiting).toBe(1)
    await pump()
    disk.next('failed')
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    disk.isFree = true
    await desk.take(redelivered(message))
    expect(calls).toEqual(['diagnostics'])
  })

  it('leaves alone what became of another meanwhile', async () => {
    const disk = openDisk()
    const effect = Promise.withResolvers<'renewed'>()
    const { desk } = await openLife(disk, { kiosk: { renew: () => effect.promise } })
    const slow = await signedOrder('slow', 'refresh-tokens')
    const failing = await signedOrder('failing', 'collect-diagnostics')
    const renewed = desk.take(slow.message)
    await expect.poll(() => disk.content()?.owed).toHaveLength(1)
    disk.isFree = false
    const lost = desk.take(failing.message).catch(() => 'lost')
    await expect.poll(disk.waiting).toBe(1)
    effect.resolve('renewed')
    await pump()
    disk.isFree = true
    disk.next('failed')
    expect(await lost).toBe('lost')
    await renewed
    expect(disk.content()?.owed).toEqual([])
    expect(disk.content()?.receipts).toHaveLength(1)
  })
})

describe('a disk that keeps nothing', () => {
  it.each(['revoke-session', 'wipe'] as const)(
    'lets nobody stay signed in after a %s, which comes again',
    async (order) => {
      const disk = openDisk()
      disk.isFree = false
      const { desk, calls, receipts } = await openLife(disk, { kiosk: { kind: () => 'signedIn' } })
      const { message } = await signedOrder('a', order)
      for (const _ of ['first', 'second']) {
        const taking = desk.take(message).catch(() => 'not taken')
        await expect.poll(disk.waiting).toBe(1)
        disk.next('failed')
        expect(await taking).toBe('not taken')
      }
      expect(calls).toEqual(['revoke'])
      disk.isFree = true
      await desk.take(message)
      // Whoever has signed in since is not the one that a revoke meant.
      expect(calls).toEqual(order === 'wipe' ? ['revoke', 'wipe'] : ['revoke'])
      // Its receipt says what was done while it could not be kept.
      expect(receipts[0]?.outcome).toMatchObject({ kind: 'done', did: expect.arrayContaining(['session-ended']) })
    },
  )

  it('refuses, answers and acknowledges as ever', async () => {
    const disk = openDisk()
    const { desk, receipts } = await openLife(disk, { retryMs: 1_000_000 })
    disk.isFree = false
    const { message } = await signedOrder('a', 'wipe', { aud: 'DR-0043' })
    const taking = desk.take(message)
    await expect.poll(disk.waiting).toBe(1)
    disk.next('failed')
    await taking
    expect(receipts).toMatchObject([{ outcome: { kind: 'refused', reason: 'wrong-device' } }])
  })

  it('is no reason to wipe an owed kiosk again at each start: it waits for room, and nobody stays signed in', async () => {
    const disk = openDisk()
    const { message } = await signedOrder('a', 'wipe')
    const first = await openLife(disk, { kiosk: { wipe: () => new Promise(() => {}) } })
    void first.desk.take(message)
    await expect.poll(() => disk.content()?.owed).toHaveLength(1)
    disk.isFree = false
    const next = await openLife(disk)
    void next.desk.payOwed()
    await expect.poll(disk.waiting).toBe(1)
    disk.next('failed')
    await expect.poll(() => next.calls).toEqual(['revoke'])
  })

  it('of which nothing can be read takes no order, ends a session all the same, and is read again', async () => {
    const disk = openDisk()
    disk.isReadable = false
    const { desk, calls, journal } = await openLife(disk)
    const { message } = await signedOrder('a', 'revoke-session')
    await expect(desk.take(message)).rejects.toThrow('EIO')
    expect(calls).toEqual(['revoke'])
    expect(disk.content()).toBeUndefined()
    disk.isReadable = true
    await desk.take(redelivered(message))
    expect(journal.receipts()).toHaveLength(1)
  })
})

describe('an order that an earlier helper took', () => {
  it('is receipted with the time at which it was carried out, and the clock that told it', async () => {
    const disk = openDisk()
    const { message } = await signedOrder('a', 'revoke-session')
    const friday = await openLife(disk, {
      kiosk: { revoke: () => new Promise(() => {}) },
      clock: { kind: 'own', nowEpochMs: NOW * 1000 },
    })
    void friday.desk.take(message)
    await expect.poll(() => disk.content()?.owed).toHaveLength(1)
    const mondayEpochMs = (NOW + 3 * 86_400) * 1000
    const monday = await openLife(disk, { clock: { kind: 'provider', nowEpochMs: mondayEpochMs } })
    await monday.desk.payOwed()
    const [receipt] = monday.receipts
    expect(receipt).toMatchObject({ clock: 'own', finishedClock: 'provider', receivedAtEpochMs: NOW * 1000 })
    expect(receipt?.finishedAtEpochMs).toBeGreaterThanOrEqual(mondayEpochMs)
  })

  it('is not carried out before the start where it needs a session, and is what a planned stop waits for once it has begun', async () => {
    const disk = openDisk()
    const started = Promise.withResolvers<void>()
    const effect = Promise.withResolvers<'renewed'>()
    const { desk } = await openLife(disk, { started: started.promise, kiosk: { renew: () => effect.promise } })
    const { message } = await signedOrder('a', 'refresh-tokens')
    const taking = desk.take(message)
    started.resolve()
    await expect.poll(() => disk.content()?.owed).toHaveLength(1)
    await pump()
    await desk.settled({ planned: false })
    const settled = desk.settled({ planned: true })
    expect(await isSettled(settled)).toBe(false)
    effect.resolve('renewed')
    await Promise.all([settled, taking])
    expect(disk.content()?.owed).toEqual([])
  })
})

describe('an order that meets a stop', () => {
  it.each(['session-lost', 'no-session', 'renewed'] as const)(
    'is settled only where it succeeded: a renewal that ends with %s',
    async (end) => {
      const disk = openDisk()
      let isStopping = false
      const renew = async () => {
        isStopping = true
        return end
      }
      const { desk, receipts, records } = await openLife(disk, { kiosk: { renew }, isStopping: () => isStopping })
      await desk.take((await signedOrder('a', 'refresh-tokens')).message)
      const isSuccess = end === 'renewed'
      expect([receipts.length, records.length, disk.content()?.owed.length]).toEqual(isSuccess ? [1, 1, 0] : [0, 0, 1])
      if (isSuccess) return
      const next = await openLife(disk)
      await next.desk.payOwed()
      await expect.poll(() => next.receipts).toMatchObject([{ outcome: { kind: 'done', did: ['tokens-renewed'] } }])
    },
  )

  it('before the session has begun is not tried by the helper that goes', async () => {
    const disk = openDisk()
    const started = Promise.withResolvers<void>()
    let isStopping = false
    const options = { started: started.promise, isStopping: () => isStopping }
    const { desk, calls } = await openLife(disk, options)
    const taking = desk.take((await signedOrder('a', 'collect-diagnostics')).message)
    await expect.poll(() => disk.content()?.owed).toHaveLength(1)
    isStopping = true
    started.resolve()
    await taking
    expect(calls).toEqual([])
    expect(disk.content()?.owed).toHaveLength(1)
  })
})

describe('orders that are refused', () => {
  it('are counted rather than recorded when there are too many, and keep no signed one from its answer', async () => {
    const { desk, receipts, records } = await openLife(openDisk())
    const junk = { payload: Buffer.from('a.b.c'), isRedelivered: false, leftSeconds: undefined }
    for (let index = 0; index < 200; index += 1) await desk.take(junk)
    expect(receipts).toHaveLength(60)
    expect(records).toHaveLength(60)
    const elsewhere = await signedOrder('elsewhere', 'wipe', { aud: 'DR-0043' })
    await desk.take(elsewhere.message)
    expect(receipts).toHaveLength(60)
    const { message } = await signedOrder('a', 'wipe', { iat: NOW - 7_200, exp: NOW - 3_600 })
    await desk.take(message)
    expect(receipts.at(-1)?.outcome).toEqual({ kind: 'refused', reason: 'expired' })
  })

  it('are remembered where they are only counted: none is carried out when its time has come', async () => {
    const { desk, clock, receipts, calls } = await openLife(openDisk())
    const times = { iat: NOW + 3_600, exp: NOW + 7_200 }
    for (let index = 0; index < 61; index += 1)
      await desk.take((await signedOrder(`early-${index}`, 'collect-diagnostics', times)).message)
    expect(receipts).toHaveLength(60)
    clock.now = { kind: 'provider', nowEpochMs: (NOW + 3_700) * 1000 }
    await desk.take((await signedOrder('early-60', 'collect-diagnostics', times)).message)
    expect(calls).toEqual([])
  })

  it.each([
    ['early', { iat: NOW + 3_600, exp: NOW + 7_200 }, { kind: 'provider' as const, nowEpochMs: (NOW + 3_700) * 1000 }],
    [
      'late by a wrong clock',
      { iat: NOW - 7_200, exp: NOW - 3_600 },
      { kind: 'provider' as const, nowEpochMs: (NOW - 7_000) * 1000 },
    ],
  ])('for coming %s are not carried out another time', async (_what, times, later) => {
    const { desk, clock, receipts, calls } = await openLife(openDisk(), {
      clock: { kind: 'own', nowEpochMs: NOW * 1000 },
    })
    // The signer's own word would otherwise be the latest time that is known.
    if (times.iat > NOW) clock.now = { kind: 'provider', nowEpochMs: NOW * 1000 }
    const { message } = await signedOrder('a', 'collect-diagnostics', times)
    await desk.take(message)
    clock.now = later
    await desk.take(message)
    expect(calls).toEqual([])
    expect(receipts[0]?.outcome.kind).toBe('refused')
  })
})

describe('the time that the kiosk keeps', () => {
  it('is never beyond the provider’s, whatever a signer or an expiry has said', async () => {
    const disk = openDisk()
    const { desk } = await openLife(disk)
    const { message } = await signedOrder('a', 'collect-diagnostics')
    await desk.take(keptFor(message, 15 * 86_400))
    expect(disk.content()?.floorEpochMs).toBeLessThanOrEqual(NOW * 1000 + 5_000)
    expect(disk.content()?.floorEpochMs).toBeGreaterThan(emptyJournal('').floorEpochMs)
  })
})
