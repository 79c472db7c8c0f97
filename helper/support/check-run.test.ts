import { describe, expect, it } from 'vitest'
import { KioskError } from '../../contract/kiosk-error.ts'
import { CHECK_NAMES, type CheckName, supportChecksSchema } from '../../contract/support.ts'
import { type CheckOutcome, type ChecksToRun, createCheckRun, describeOutcome } from './check-run.ts'

const NAMES: readonly CheckName[] = CHECK_NAMES

function checksOf(outcomes: Partial<Record<CheckName, () => Promise<CheckOutcome>>>): ChecksToRun {
  const entries = NAMES.map((name) => [name, outcomes[name] ?? (async () => ({ state: 'ok' }))])
  return Object.fromEntries(entries) as ChecksToRun
}

describe('a run of checks', () => {
  it('says at any moment how far it is', async () => {
    const vault = Promise.withResolvers<CheckOutcome>()
    const run = createCheckRun(checksOf({ vault: () => vault.promise }))
    expect(run.state()).toMatchObject({ state: 'idle', checks: NAMES.map(() => ({ state: 'waiting' })) })
    expect(run.start()).toBe(true)
    await expect.poll(() => run.state().checks[1]?.state).toBe('running')
    expect(
      run
        .state()
        .checks.map(({ state }) => state)
        .slice(0, 3),
    ).toEqual(['ok', 'running', 'waiting'])
    expect(run.start()).toBe(false)
    vault.resolve({ state: 'warning', code: 'vault-swappable' })
    await expect.poll(() => run.state().state).toBe('done')
    expect(supportChecksSchema.parse(run.state()).checks[1]).toMatchObject({
      state: 'warning',
      code: 'vault-swappable',
    })
    expect(run.start()).toBe(true)
  })

  it('goes on after a check that throws, and names what it threw by its code alone', async () => {
    const run = createCheckRun(
      checksOf({
        dns: () => Promise.reject(new KioskError('name-not-resolved', 'a message')),
        connect: () => Promise.reject(new Error('the cause’s own words')),
      }),
    )
    run.start()
    await expect.poll(() => run.state().state).toBe('done')
    const found = Object.fromEntries(run.state().checks.map((check) => [check.name, check]))
    expect(found.dns).toMatchObject({ state: 'failed', code: 'name-not-resolved', found: null })
    expect(found.dns?.remedy).toContain('DNS')
    expect(found.connect).toMatchObject({ state: 'failed', code: 'unexpected' })
    expect(found.clock).toMatchObject({ state: 'ok' })
  })

  it.each<[string, CheckOutcome, object]>([
    ['a check that is well needs no remedy', { state: 'ok', code: 'clock-wrong' }, { remedy: null }],
    ['its own remedy comes first', { state: 'failed', code: 'clock-wrong', remedy: 'Mine.' }, { remedy: 'Mine.' }],
    ['a skipped one took no time', { state: 'skipped' }, { durationMs: null }],
    ['what was found is cut short', { state: 'ok', found: 'x'.repeat(500) }, { found: 'x'.repeat(200) }],
  ])('%s', (_what, outcome, expected) => {
    expect(describeOutcome('clock', outcome, 12.4)).toMatchObject(expected)
  })
})
