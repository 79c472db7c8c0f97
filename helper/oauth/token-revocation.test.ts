import { describe, expect, it } from 'vitest'
import { KioskError } from '../../contract/kiosk-error.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import { createLog } from '../log.ts'
import { revokeTokens } from './token-revocation.ts'

const TOKENS = { accessToken: 'access', refreshToken: 'refresh' }
const away = new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) })

async function play(answers: (boolean | Error)[], { isStopping = false } = {}) {
  const stopping = new AbortController()
  if (isStopping) stopping.abort()
  let attempts = 0
  const clock: KioskClock = {
    nowMs: () => 0,
    random: () => 0,
    wait: async (_delayMs, signal) => signal.throwIfAborted(),
  }
  const log = createLog('test')
  log.level = 'silent'
  const outcome = await revokeTokens({
    provider: {
      async revoke() {
        const answer = answers[attempts++] ?? away
        if (answer instanceof Error) throw answer
        return answer
      },
    },
    tokens: TOKENS,
    clock,
    signal: stopping.signal,
    log,
  })
  return { outcome, attempts }
}

describe('revocation at the provider', () => {
  it.each<[string, (boolean | Error)[], string, number]>([
    ['is done at once', [true], 'revoked', 1],
    ['is not offered everywhere', [false], 'not-offered', 1],
    ['is tried again after an outage', [away, away, true], 'revoked', 3],
    ['is given up in the end', [], 'failed', 4],
    ['is not repeated after a refusal', [new KioskError('provider-refused-client', 'no')], 'failed', 1],
  ])('%s', async (_what, answers, outcome, attempts) => {
    expect(await play(answers)).toEqual({ outcome, attempts })
  })

  it('is tried once, and not longer, while the helper stops', async () => {
    expect(await play([], { isStopping: true })).toEqual({ outcome: 'failed', attempts: 1 })
    expect(await play([true], { isStopping: true })).toEqual({ outcome: 'revoked', attempts: 1 })
  })
})
