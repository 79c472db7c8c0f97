import { chmodSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MINUTE_MS, openTechnicianStage, SECRET, type TechnicianStage } from './technician-access.fixture.ts'

describe('technician access', () => {
  let stage: TechnicianStage
  beforeEach(async () => {
    stage = await openTechnicianStage()
  })
  afterEach(() => stage.close())

  const answer = (text: string) => stage.access.answer({ answer: text })
  const eventNames = () => stage.events.map(({ event, reason }) => (reason ? `${event} ${reason}` : event))
  const enter = async () => answer(stage.right(await stage.ask()))

  it('is granted for ten minutes by the right answer', async () => {
    await stage.pass(1_000)
    const asked = await stage.access.challenge()
    expect(asked).toMatchObject({ kind: 'challenge', expiresAtMs: 1_000 + 10 * MINUTE_MS, triesLeft: 5 })
    expect(await enter()).toEqual({ kind: 'granted', untilMs: 1_000 + 10 * MINUTE_MS })
    await stage.pass(10 * MINUTE_MS - 1)
    expect(await stage.access.act({ action: 'leave-kiosk' })).toEqual({ accepted: true })
    expect(stage.leftCount()).toBe(1)
    expect(eventNames()).toEqual(
      expect.arrayContaining(['technician.challenge-issued', 'technician.granted', 'technician.acted']),
    )
  })

  it.each<[string, () => Promise<unknown>]>([
    ['after ten minutes', () => stage.pass(10 * MINUTE_MS)],
    ['after it was closed', () => stage.access.act({ action: 'close' })],
    ['after it was used', () => stage.access.act({ action: 'restart-screen' })],
    ['after another challenge was asked for', () => stage.access.challenge()],
    ['after the screen left', async () => stage.access.end()],
    ['after a restart of the helper', () => stage.restart()],
  ])('is over %s', async (_what, end) => {
    expect(await enter()).toMatchObject({ kind: 'granted' })
    await end()
    expect(await stage.access.act({ action: 'leave-kiosk' })).toEqual({ accepted: false })
    expect(stage.leftCount()).toBe(0)
  })

  it.each(['leave-kiosk', 'restart-screen', 'close'] as const)('lets nobody %s without it', async (action) => {
    expect(await stage.access.act({ action })).toEqual({ accepted: false })
    await stage.ask()
    expect(await stage.access.act({ action })).toEqual({ accepted: false })
    await answer('0000000000')
    expect(await stage.access.act({ action })).toEqual({ accepted: false })
    expect(stage.leftCount()).toBe(0)
  })

  it.each(['look', 'run-checks'] as const)('lets nobody %s without it, and records who tried', async (what) => {
    expect(() => stage.access.allow(what)).toThrow(expect.objectContaining({ code: 'command-not-allowed' }))
    await stage.ask()
    expect(() => stage.access.allow(what)).toThrow()
    await answer('0000000000')
    expect(() => stage.access.allow(what)).toThrow()
    expect(eventNames()).toContain('technician.refused no-grant')
  })

  it('records a look once a grant, and every run of checks', async () => {
    await enter()
    for (let count = 0; count < 3; count += 1) stage.access.allow('look')
    for (let count = 0; count < 2; count += 1) stage.access.allow('run-checks')
    const counted = (name: string) => eventNames().filter((event) => event === name).length
    expect([counted('technician.looked'), counted('technician.checks-run')]).toEqual([1, 2])
    await stage.pass(10 * MINUTE_MS)
    expect(() => stage.access.allow('look')).toThrow()
  })

  it('asks the same again until it is answered or over, so that asking gives no more tries', async () => {
    const first = await stage.ask()
    await answer('0000000000')
    expect(await stage.access.challenge()).toMatchObject({ challenge: first, triesLeft: 4 })
    await stage.pass(10 * MINUTE_MS)
    expect(await stage.access.challenge()).toMatchObject({ triesLeft: 4 })
    expect(await stage.ask()).not.toBe(first)
  })

  it.each<[string, () => Promise<string>, { kind: string }, string]>([
    [
      'a wrong answer',
      async () => {
        await stage.ask()
        return '0000000000'
      },
      { kind: 'wrong' },
      'wrong',
    ],
    ['the answer of another device', async () => stage.right(await stage.ask(), 'DR-0043'), { kind: 'wrong' }, 'wrong'],
    [
      'an answer that is late',
      async () => {
        const challenge = await stage.ask()
        await stage.pass(10 * MINUTE_MS)
        return stage.right(challenge)
      },
      { kind: 'expired' },
      'late',
    ],
    [
      'an answer that was good once',
      async () => {
        const right = stage.right(await stage.ask())
        expect(await answer(right)).toMatchObject({ kind: 'granted' })
        return right
      },
      { kind: 'expired' },
      'replayed',
    ],
    [
      'an answer that was good for the challenge before',
      async () => {
        const right = stage.right(await stage.ask())
        expect(await answer(right)).toMatchObject({ kind: 'granted' })
        await stage.ask()
        return right
      },
      { kind: 'wrong' },
      'wrong',
    ],
    [
      'an answer to a challenge of the helper before',
      async () => {
        const right = stage.right(await stage.ask())
        await stage.restart()
        return right
      },
      { kind: 'expired' },
      'late',
    ],
    [
      'an answer after the screen left',
      async () => {
        const right = stage.right(await stage.ask())
        stage.access.end()
        return right
      },
      { kind: 'expired' },
      'late',
    ],
  ])('refuses %s', async (_what, prepare, result, reason) => {
    const given = await prepare()
    expect(await answer(given)).toMatchObject(result)
    expect(stage.events.at(-1)).toMatchObject({ event: 'technician.refused', reason })
  })

  it('locks after five wrong answers, and then after each', async () => {
    expect(await stage.fail(6)).toEqual(['wrong', 'wrong', 'wrong', 'wrong', 'locked', 'locked'])
    const locked = stage.events.filter(({ event }) => event === 'technician.locked')
    expect(locked.map(({ forSeconds }) => forSeconds)).toEqual([60, 300])
  })

  it('takes no answer while it is locked, not even the right one, and asks nothing', async () => {
    const challenge = await stage.ask()
    await stage.fail(5)
    expect(await answer(stage.right(challenge))).toEqual({ kind: 'locked', untilMs: MINUTE_MS })
    expect(await stage.access.challenge()).toEqual({ kind: 'locked', untilMs: MINUTE_MS })
    await stage.pass(MINUTE_MS)
    expect(await answer(stage.right(challenge))).toEqual({ kind: 'expired' })
    expect(await enter()).toMatchObject({ kind: 'granted' })
  })

  it('forgives all tries for a right answer', async () => {
    await stage.fail(4)
    await enter()
    expect(stage.record()).toEqual({ version: 1, failedTries: 0, remainingMs: 0 })
    expect(await stage.fail(4)).toEqual(['wrong', 'wrong', 'wrong', 'wrong'])
  })

  it('judges two tries at once one after the other', async () => {
    await stage.fail(4)
    const right = stage.right(await stage.ask())
    const both = await Promise.all([answer('0000000000'), answer(right)])
    expect(both.map(({ kind }) => kind)).toEqual(['locked', 'locked'])
    expect(stage.record()?.failedTries).toBe(5)
  })

  it('gives nothing to whoever comes after the one who answered', async () => {
    const answering = answer(stage.right(await stage.ask()))
    while (stage.record()?.failedTries !== 1) await new Promise((resolve) => setImmediate(resolve))
    // In the midst of it.
    stage.access.end()
    expect(await answering).toEqual({ kind: 'expired' })
    expect(await stage.access.act({ action: 'leave-kiosk' })).toEqual({ accepted: false })
  })

  it('has counted a try before anybody learns what became of it', async () => {
    const counts: unknown[] = []
    stage.onEvent = ({ reason }) => {
      if (reason === 'wrong') counts.push(stage.record()?.failedTries)
    }
    await stage.fail(3)
    expect(counts).toEqual([1, 2, 3])
  })

  it('goes on with the lock that was left after a restart, with a clock that began anew', async () => {
    await stage.fail(5)
    await stage.pass(20_000)
    await stage.restart()
    expect(await stage.access.challenge()).toEqual({ kind: 'locked', untilMs: 40_000 })
  })

  it.each([
    ['back by ten years', -10],
    ['forward by ten years', 10],
  ])('is locked as long when somebody sets the wall clock %s', async (_what, years) => {
    await stage.fail(5)
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      vi.setSystemTime(Date.now() + years * 365 * 86_400_000)
      expect(await stage.access.challenge()).toEqual({ kind: 'locked', untilMs: MINUTE_MS })
      await stage.pass(10_000)
      await stage.restart()
      expect(await stage.access.challenge()).toEqual({ kind: 'locked', untilMs: MINUTE_MS - 10_000 })
    } finally {
      vi.useRealTimers()
    }
  })

  it('gains nothing by being killed every few seconds', async () => {
    await stage.fail(5)
    for (let kills = 0; kills < 20; kills += 1) {
      await stage.pass(9_000)
      await stage.restart({ stop: false })
    }
    expect(await stage.access.challenge()).toEqual({ kind: 'locked', untilMs: MINUTE_MS })
  })

  it('keeps what has passed of a lock every ten seconds', async () => {
    await stage.fail(5)
    for (let waits = 0; waits < 3; waits += 1) await stage.pass(10_000)
    expect(stage.record()?.remainingMs).toBe(30_000)
    for (let waits = 0; waits < 3; waits += 1) await stage.pass(10_000)
    expect(stage.record()).toEqual({ version: 1, failedTries: 5, remainingMs: 0 })
  })

  it.each([
    ['text that is no record', 'nonsense'],
    ['half a record', '{"version":1,"failed'],
    ['nothing', ''],
    ['a record that was made up', '{"version":1,"failedTries":-100,"remainingMs":0}'],
  ])('is locked for the longest step when its count is %s', async (_what, content) => {
    stage.write(content)
    await stage.restart({ stop: false })
    expect(await stage.access.challenge()).toEqual({ kind: 'locked', untilMs: 60 * MINUTE_MS })
    expect(eventNames()).toContain('technician.counter-damaged')
    // Not again at the next start: the time that has passed counts.
    await stage.pass(10_000)
    await stage.restart()
    expect(await stage.access.challenge()).toEqual({ kind: 'locked', untilMs: 60 * MINUTE_MS - 10_000 })
  })

  it('begins anew where root or its own account took the count away', async () => {
    await stage.fail(5)
    await stage.access.stop()
    rmSync(join(stage.stateFolder, 'technician-lockout.json'))
    await stage.restart({ stop: false })
    expect(await stage.access.challenge()).toMatchObject({ kind: 'challenge', triesLeft: 5 })
  })

  it('judges nothing that it cannot count', async () => {
    const challenge = await stage.ask()
    rmSync(stage.stateFolder, { recursive: true })
    expect(await answer(stage.right(challenge))).toEqual({ kind: 'unavailable', because: 'state-unusable' })
    expect(await stage.access.act({ action: 'leave-kiosk' })).toEqual({ accepted: false })
    await stage.access.stop()
    stage = await openTechnicianStage()
  })

  it.runIf(process.getuid)('lets nobody in where others could change its count, and says so once', async () => {
    chmodSync(stage.stateFolder, 0o777)
    await stage.restart({ stop: false })
    for (let asks = 0; asks < 3; asks += 1) {
      expect(await stage.access.challenge()).toEqual({ kind: 'unavailable', because: 'state-unusable' })
    }
    expect(eventNames().filter((event) => event === 'technician.unavailable')).toHaveLength(1)
  })

  it('takes a secret that was installed meanwhile, and says plainly that there was none', async () => {
    const bare = await openTechnicianStage({ secret: null })
    expect(bare.events).toMatchObject([{ event: 'technician.unavailable' }])
    expect(await bare.access.challenge()).toEqual({ kind: 'unavailable', because: 'no-secret' })
    await bare.close()
  })

  it('makes no more than a few challenges a minute', async () => {
    const kinds: string[] = []
    for (let asks = 0; asks < 30; asks += 1) {
      kinds.push((await stage.access.challenge()).kind)
      await stage.access.act({ action: 'close' })
      await stage.pass(2_000)
    }
    expect(kinds.filter((kind) => kind === 'challenge')).toHaveLength(7)
    expect(kinds.filter((kind) => kind === 'unavailable')).toHaveLength(23)
  })

  it('does not let its log be flooded, and counts what it leaves out', async () => {
    for (let acts = 0; acts < 1_000; acts += 1) await stage.access.act({ action: 'leave-kiosk' })
    expect(stage.events.length).toBeLessThan(10)
    stage.events.length = 0
    await stage.pass(10_000)
    await stage.access.act({ action: 'leave-kiosk' })
    expect(stage.events).toMatchObject([{ reason: 'no-grant', unloggedBefore: 994 }])
    expect(stage.audit.events).toHaveLength(7)
    expect(stage.audit.events.at(-1)).toMatchObject({ reason: 'no-grant', unrecordedBefore: 994 })
  })

  it('writes neither an answer nor the secret anywhere', async () => {
    const challenge = await stage.ask()
    const right = stage.right(challenge)
    await answer('0123456789')
    await answer(right)
    await stage.access.act({ action: 'restart-screen' })
    const kept = readFileSync(join(stage.stateFolder, 'technician-lockout.json'), 'utf8')
    const written = JSON.stringify([stage.events, stage.audit.events]) + kept
    expect(stage.audit.names()).toEqual(stage.events.map(({ event }) => event))
    for (const secret of [right, '0123456789', Buffer.from(SECRET).toString('hex')]) {
      expect(written).not.toContain(secret)
    }
    expect(written).toContain(challenge)
  })
})
