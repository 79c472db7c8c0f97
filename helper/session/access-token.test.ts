import { describe, expect, it } from 'vitest'
import type { KioskClock } from '../kiosk-clock.ts'
import { createLog } from '../log.ts'
import type { SessionTokens } from '../oauth/session-tokens.ts'
import { createAccessTokens } from './access-token.ts'

const LIFE_MS = 300_000
const signal: AbortSignal = new AbortController().signal

/** A vault with one token in it, and a clock that moves when it is told to. */
function openTokens(options: { renews?: boolean } = {}) {
  let nowMs = 0
  let kept: SessionTokens | null = null
  let renewals = 0
  const logged: string[] = []
  const log = createLog('test')
  log.info = (...parts: unknown[]) => void logged.push(JSON.stringify(parts))
  const clock: KioskClock = {
    nowMs: () => nowMs,
    random: () => 0.5,
    async wait(delayMs, signal) {
      // Longer than a renewal takes here.
      await new Promise((resolve) => setTimeout(resolve, 20))
      signal.throwIfAborted()
      nowMs += delayMs
    },
  }
  const tokens = createAccessTokens({ clock, log, firstSerial: 0 })

  function store(name: string): void {
    kept = {
      accessToken: `access-${name}`,
      accessTokenExpiresAtMs: nowMs + LIFE_MS,
      accessTokenLifetimeMs: LIFE_MS,
      refreshToken: `refresh-${name}`,
      userKey: 'iss alex',
      displayName: 'Alex',
      scopes: ['openid'],
    }
    tokens.noteStored()
    if (options.renews ?? true) tokens.hurry().addEventListener('abort', () => setImmediate(renew))
  }
  function renew(): void {
    renewals += 1
    store(`renewed-${renewals}`)
  }
  store('first')
  return {
    ask: (rejectedSerial: number | null = null) => tokens.answer(async () => kept, rejectedSerial, signal),
    pass: (ms: number) => {
      nowMs += ms
    },
    forget: () => {
      kept = null
    },
    renewals: () => renewals,
    logged,
  }
}

describe('the access token for the hosted app', () => {
  it('is read when it is asked for, with its number and its end', async () => {
    expect(await openTokens().ask()).toEqual({
      kind: 'token',
      accessToken: 'access-first',
      serial: 1,
      expiresAtMs: LIFE_MS,
    })
  })

  it('is renewed at once when the API has refused it', async () => {
    const kiosk = openTokens()
    expect(await kiosk.ask(1)).toMatchObject({ accessToken: 'access-renewed-1', serial: 2 })
  })

  it('is renewed once for all who ask at the same time', async () => {
    const kiosk = openTokens()
    const answers = await Promise.all([kiosk.ask(1), kiosk.ask(1), kiosk.ask(1)])
    expect(answers.map((answer) => answer.kind === 'token' && answer.serial)).toEqual([2, 2, 2])
    expect(kiosk.renewals()).toBe(1)
  })

  it('is not renewed for a refusal of one before it', async () => {
    const kiosk = openTokens()
    await kiosk.ask(1)
    expect(await kiosk.ask(1)).toMatchObject({ serial: 2 })
    expect(await kiosk.ask(99)).toMatchObject({ serial: 2 })
    expect(kiosk.renewals()).toBe(1)
  })

  it('is not renewed over and over for an API that refuses every token', async () => {
    const kiosk = openTokens()
    for (let serial = 1; serial < 100; serial++) {
      await kiosk.ask(serial)
      kiosk.pass(1_000)
    }
    expect(kiosk.renewals()).toBeLessThanOrEqual(4)
  })

  it('is asked of the provider once and no more while that does not answer', async () => {
    const kiosk = openTokens({ renews: false })
    expect(await kiosk.ask(1)).toMatchObject({ accessToken: 'access-first', serial: 1 })
    kiosk.pass(60_000)
    expect(await kiosk.ask(1)).toMatchObject({ accessToken: 'access-first', serial: 1 })
    expect(kiosk.logged).toHaveLength(1)
  })

  it('is none when it has expired or is gone', async () => {
    const kiosk = openTokens()
    kiosk.pass(LIFE_MS)
    expect(await kiosk.ask()).toEqual({ kind: 'none', reason: 'expired' })
    kiosk.forget()
    expect(await kiosk.ask()).toEqual({ kind: 'none', reason: 'unreadable' })
  })

  it('is in no line of the log', async () => {
    const kiosk = openTokens()
    await kiosk.ask(1)
    expect(kiosk.logged.join()).toContain('token.refused-by-api')
    expect(kiosk.logged.join()).not.toMatch(/access-|refresh-/)
  })
})
