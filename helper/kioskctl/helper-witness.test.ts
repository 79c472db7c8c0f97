import { describe, expect, it } from 'vitest'
import type { CheckName, SupportCheck, SupportChecks } from '../../contract/support.ts'
import { RUN_LIMIT_MS } from '../support/check-run.ts'
import { HELPER_LIMIT_MS, hearHelper, whoChecks } from './helper-witness.ts'

describe('who makes a check', () => {
  it.each<[CheckName, 'silent' | 'not-set-up' | 'set-up', 'helper' | 'doctor']>([
    ['vault', 'set-up', 'helper'],
    ['vault', 'not-set-up', 'helper'],
    ['vault', 'silent', 'doctor'],
    ['dns', 'set-up', 'helper'],
    ['dns', 'not-set-up', 'doctor'],
    ['dns', 'silent', 'doctor'],
    ['painted', 'set-up', 'helper'],
    ['helper', 'set-up', 'doctor'],
    ['device-code', 'set-up', 'doctor'],
  ])('%s, where the helper is %s: the %s', (name, helper, who) => {
    expect(whoChecks(name, helper)).toBe(who)
  })
})

it('takes less than fifteen seconds, whatever hangs', () => {
  // A second is left for the program itself to start and to print.
  expect(HELPER_LIMIT_MS + RUN_LIMIT_MS).toBeLessThanOrEqual(14_000)
})

describe('what a helper says', () => {
  function check(name: CheckName, state: SupportCheck['state']): SupportCheck {
    return { name, state, durationMs: null, found: 'as found', code: null, remedy: null }
  }
  const run = (state: SupportChecks['state'], ...checks: SupportCheck[]): SupportChecks => {
    return { state, finishedAtEpochMs: null, checks }
  }

  it('counts as soon as it is said', async () => {
    const asked: boolean[] = []
    const answers = [
      run('running', check('vault', 'ok'), check('dns', 'running')),
      run('done', check('vault', 'ok'), check('dns', 'failed')),
    ]
    const heard = hearHelper({
      async checks(request) {
        asked.push(request.run)
        return answers.shift() ?? run('done')
      },
    })
    expect(await heard.of('vault')).toEqual({ state: 'ok', found: 'as found' })
    expect(await heard.of('dns')).toMatchObject({ state: 'failed' })
    await heard.complete
    expect(asked).toEqual([true, false])
  })

  it('is missing where it goes away in between', async () => {
    const heard = hearHelper({ checks: () => Promise.reject(new Error('gone')) })
    expect(await heard.of('vault')).toEqual({ state: 'skipped', found: 'the helper went away' })
    await expect(heard.complete).rejects.toThrow('gone')
  })

  it('is missing where it falls silent', async () => {
    const heard = hearHelper({ checks: () => new Promise(() => {}) }, 1)
    expect(await heard.of('vault')).toMatchObject({ state: 'skipped' })
    await expect(heard.complete).rejects.toMatchObject({ code: 'link-closed' })
  })
})
