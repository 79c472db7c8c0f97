import { describe, expect, it } from 'vitest'
import { openKiosk, PLAIN, signedIn } from './session-runner.fixture.ts'

describe('a stop of the helper', () => {
  it('waits for a poll that is just being answered, and revokes what came with it', async () => {
    const { runner, vault, asked, answers, revoked, stopClock } = openKiosk()
    await asked.redeem.promise
    const stopping = runner.stop(PLAIN)
    setTimeout(answers.redeem.resolve, 50)
    await stopping
    expect(revoked).toEqual(['refresh-first'])
    expect(await vault.read(1)).toBeNull()
    stopClock()
  })

  it('waits for a refresh under way, and revokes the token before it and the one after it', async () => {
    const { runner, vault, asked, answers, revoked, stopClock } = await signedIn({ canHandOver: true })
    await asked.refresh.promise
    const stopping = runner.stop(PLAIN)
    setTimeout(answers.refresh.resolve, 50)
    await stopping
    expect(revoked.toSorted()).toEqual(['refresh-first', 'refresh-rotated'])
    expect(await vault.read(1)).toBeNull()
    stopClock()
  })
})

describe('a helper that is stopping', () => {
  it('asks for no code any more, and shows none', async () => {
    const { runner, asked, answers, kinds, stopClock } = openKiosk()
    await asked.redeem.promise
    const stopping = runner.stop(PLAIN)
    expect(kinds.at(-1)).toBe('starting')
    expect(runner.command({ kind: 'touch' })).toEqual({ accepted: false })
    answers.redeem.resolve()
    await stopping
    expect(kinds.at(-1)).toBe('starting')
    stopClock()
  })

  it('shows no session that is over', async () => {
    const { runner, kinds, stopClock } = await signedIn({})
    const stopping = runner.stop(PLAIN)
    expect(kinds.at(-1)).toBe('ended')
    await stopping
    stopClock()
  })
})

describe('the access token for the screen’s hosted app', () => {
  const none = { kind: 'none', reason: 'not-signed-in' }

  it('is that of the session on the screen, and of no other', async () => {
    const { runner, stopClock } = await signedIn({})
    const given = await runner.accessToken({ generation: 1, rejectedSerial: null })
    expect(given).toMatchObject({ kind: 'token', accessToken: 'access-first' })
    for (const generation of [0, 2]) {
      expect(await runner.accessToken({ generation, rejectedSerial: null })).toEqual(none)
    }
    await runner.stop(PLAIN)
    stopClock()
  })

  it('is none before the person has confirmed, and none once the session is over', async () => {
    const { runner, answers, kinds, stopClock } = openKiosk()
    answers.redeem.resolve()
    await expect.poll(() => kinds, { timeout: 5_000 }).toContain('confirming')
    expect(await runner.accessToken({ generation: 1, rejectedSerial: null })).toEqual(none)
    runner.command({ kind: 'confirmPresence', generation: 1 })
    // Asked for in time, and too late by the time that it could be answered.
    const asked = runner.accessToken({ generation: 1, rejectedSerial: null })
    runner.command({ kind: 'signOut' })
    expect(await asked).toEqual(none)
    await runner.stop(PLAIN)
    stopClock()
  })
})

describe('a person who confirms at the screen', () => {
  it('is told of once, by the provider’s key for them', async () => {
    const { runner, confirmed, stopClock } = await signedIn({})
    runner.command({ kind: 'confirmPresence', generation: 1 })
    expect(await Promise.all(confirmed)).toEqual(['1 iss alex'])
    await runner.stop(PLAIN)
    stopClock()
  })

  it('is told of neither before the press nor after "not me"', async () => {
    const { runner, answers, kinds, confirmed, stopClock } = openKiosk()
    answers.redeem.resolve()
    await expect.poll(() => kinds, { timeout: 5_000 }).toContain('confirming')
    runner.command({ kind: 'denyPresence', generation: 1 })
    await runner.stop(PLAIN)
    expect(confirmed).toEqual([])
    stopClock()
  })
})

describe('an order to wipe', () => {
  it('ends the session, destroys the vault, and asks for a fresh process', async () => {
    const { runner, revoked, destroyed, kinds, stopClock } = await signedIn({ canHandOver: true })
    expect(runner.command({ kind: 'wipe' })).toEqual({ accepted: true })
    await expect.poll(() => destroyed).toEqual(['destroyed'])
    expect(kinds.at(-1)).toBe('ended')
    expect(revoked).toEqual(['refresh-first'])
    await runner.stop(PLAIN)
    stopClock()
  })
})
