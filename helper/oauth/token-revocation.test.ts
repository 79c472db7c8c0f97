import { describe, expect, it } from 'vitest'
import { KioskError } from '../../contract/kiosk-error.ts'
import { rememberAudit } from '../audit/remembered-audit.fixture.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import { createLog } from '../log.ts'
import { revokeTokens } from './token-revocation.ts'

const TOKENS = { accessToken: 'access', refreshToken: 'refresh' }
const away = new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) })

async function play(answers: (boolean | Error)[], { isStopping = false } = {}) {
  const stopping = new AbortController()
  if (isStopping) stopping.abort()
  let attempts = 0
  const audit = rememberAudit()
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
    user: 'iss alex',
    clock,
    signal: stopping.signal,
    log,
    audit,
  })
  return { outcome, attempts, recorded: audit.events }
}

describe('revocation at the provider', () => {
  it.each<[string, (boolean | Error)[], string, number, string]>([
    ['is done at once', [true], 'revoked', 1, 'tokens.revoked'],
    ['is not offered everywhere', [false], 'not-offered', 1, 'tokens.revocation-unavailable'],
    ['is tried again after an outage', [away, away, true], 'revoked', 3, 'tokens.revoked'],
    ['is given up in the end', [], 'failed', 4, 'tokens.revocation-failed'],
    [
      'is not repeated after a refusal',
      [new KioskError('provider-refused-client', 'no')],
      'failed',
      1,
      'tokens.revocation-failed',
    ],
  ])('%s, and is on record once', async (_what, answers, outcome, attempts, event) => {
    const recorded = [expect.objectContaining({ event, user: 'iss alex' })]
    expect(await play(answers)).toEqual({ outcome, attempts, recorded })
  })

  it('is tried once, and not longer, while the helper stops', async () => {
    expect(await play([], { isStopping: true })).toMatchObject({ outcome: 'failed', attempts: 1 })
    expect(await play([true], { isStopping: true })).toMatchObject({ outcome: 'revoked', attempts: 1 })
  })
})
