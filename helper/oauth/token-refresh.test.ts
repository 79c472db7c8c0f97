import { describe, expect, it } from 'vitest'
import { KioskError, type KioskErrorCode } from '../../contract/kiosk-error.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import type { SessionTokens } from './session-tokens.ts'
import { keepTokensFresh } from './token-refresh.ts'

const LIFE_MS = 3_600_000

function tokensAt(nowMs: number, name: string): SessionTokens & { refreshToken: string } {
  return {
    accessToken: `access-${name}`,
    accessTokenExpiresAtMs: nowMs + LIFE_MS,
    accessTokenLifetimeMs: LIFE_MS,
    refreshToken: `refresh-${name}`,
    userKey: 'iss alex',
    displayName: 'Alex',
    scopes: ['openid'],
  }
}

const lost = new TypeError('fetch failed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) })
const refused = (code: KioskErrorCode) => new KioskError(code, 'no')

/** Plays refreshes whose answers are given; ends when they run out. Answers what was sent, stored and waited for. */
async function play(
  answers: (Error | string)[],
  options: { random?: number; asleepMs?: number; hurry?: AbortSignal } = {},
) {
  let nowMs = 0
  let waits = 0
  const sent: { token: string; atMs: number }[] = []
  const stored: string[] = []
  const end = new AbortController()
  const clock: KioskClock = {
    nowMs: () => nowMs,
    random: () => options.random ?? 0.5,
    async wait(delayMs, signal) {
      waits += 1
      signal.throwIfAborted()
      nowMs += delayMs
      if (sent.length === 0) nowMs += options.asleepMs ?? 0
    },
  }
  const left = [...answers]
  let kept: SessionTokens = tokensAt(0, 'first')
  const outcome = await keepTokensFresh({
    provider: {
      async refresh(tokens) {
        sent.push({ token: tokens.refreshToken, atMs: nowMs })
        const answer = left.shift()
        if (left.length === 0) end.abort(new Error('played to the end'))
        if (typeof answer === 'string') return tokensAt(nowMs, answer)
        throw answer
      },
    },
    times: kept,
    clock,
    signal: end.signal,
    // Asked anew for each wait; a renewal answers it.
    hurry: () => (waits === 0 && options.hurry) || new AbortController().signal,
    pausing: new AbortController().signal,
    read: async () => kept,
    store: async (tokens) => {
      stored.push(tokens.refreshToken ?? 'none')
      kept = tokens
    },
    onFailure: () => {},
  }).then(
    (end): string => end,
    (error: Error) => error.message,
  )
  return { sent, stored, outcome }
}

describe('the refresh of a session’s tokens', () => {
  it.each([
    [0, 0.72],
    [0.999, 0.78],
  ])('comes at three quarters of their life, a little apart from other kiosks (random %d)', async (random, share) => {
    const { sent } = await play(['second'], { random })
    expect(sent[0]?.atMs).toBeCloseTo(LIFE_MS * share, -4)
  })

  it('stores a rotated token before it uses it', async () => {
    const { sent, stored } = await play(['second', 'third'])
    expect(sent.map(({ token }) => token)).toEqual(['refresh-first', 'refresh-second'])
    expect(stored).toEqual(['refresh-second', 'refresh-third'])
  })

  it('tries the old token once more, soon, when the answer was lost', async () => {
    const { sent, stored, outcome } = await play([lost, 'second'])
    expect(sent.map(({ token }) => token)).toEqual(['refresh-first', 'refresh-first'])
    // Okta's grace for a token that was rotated is 30 s by default.
    expect((sent[1]?.atMs ?? 0) - (sent[0]?.atMs ?? 0)).toBeLessThanOrEqual(3_000)
    expect(stored).toEqual(['refresh-second'])
    expect(outcome).toBe('played to the end')
  })

  it('asks less and less often through an outage, and forgets it after a good answer', async () => {
    const { sent } = await play([lost, lost, lost, lost, lost, 'second', lost, 'third'], { random: 0.999 })
    const gapsSeconds = sent.slice(1).map(({ atMs }, index) => Math.round((atMs - (sent[index]?.atMs ?? 0)) / 1000))
    expect(gapsSeconds.slice(0, 5)).toEqual([3, 5, 10, 20, 40])
    expect(gapsSeconds[6]).toBe(3)
  })

  it.each<[string, Error, string]>([
    ['a final answer', refused('provider-error'), 'provider-ended'],
    ['another person’s tokens', refused('token-invalid'), 'provider-ended'],
    ['a vault that does not store', refused('vault-unavailable'), 'not-renewed'],
  ])('ends the session after %s', async (_what, error, end) => {
    expect((await play([error, 'never'])).outcome).toBe(end)
  })

  it('tries for a minute more when the tokens died before the first try, as in a sleep', async () => {
    const { sent, outcome } = await play(Array(200).fill(lost), { asleepMs: 2 * LIFE_MS })
    expect(outcome).toBe('not-renewed')
    expect(sent.length).toBeGreaterThan(4)
    expect((sent.at(-1)?.atMs ?? 0) - (sent[0]?.atMs ?? 0)).toBe(60_000)
  })

  it('comes at once when the API has refused the token, and goes on as usual afterwards', async () => {
    const { sent } = await play(['second', 'third'], { hurry: AbortSignal.abort() })
    expect(sent[0]?.atMs).toBe(0)
    expect(sent[1]?.atMs).toBeCloseTo(LIFE_MS * 0.75, -4)
  })

  it('ends the session when the tokens die in an outage, after a last try', async () => {
    const { sent, outcome } = await play(Array(200).fill(lost))
    expect(outcome).toBe('not-renewed')
    expect(sent.at(-1)?.atMs).toBe(LIFE_MS)
  })
})
