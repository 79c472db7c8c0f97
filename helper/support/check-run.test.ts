import { describe, expect, it } from 'vitest'
import { KioskError } from '../../contract/kiosk-error.ts'
import { type Check, type CheckOutcome, createCheckRun, describeOutcome } from './check-run.ts'

const NAMES = ['first', 'second', 'third', 'apart'] as const
type Name = (typeof NAMES)[number]

const well = async (): Promise<CheckOutcome> => ({ state: 'ok' })

/** Second needs first, third needs second, and one stands apart. */
function runOf(looks: Partial<Record<Name, Check<Name>['look']>>, limitMs?: number) {
  return createCheckRun<Name>(
    NAMES,
    () => ({
      first: { look: looks.first ?? well },
      second: { needs: ['first'], look: looks.second ?? well },
      third: { needs: ['second'], look: looks.third ?? well },
      apart: { look: looks.apart ?? well },
    }),
    limitMs === undefined ? {} : { limitMs },
  )
}

async function statesAfter(run: ReturnType<typeof runOf>): Promise<Record<Name, string>> {
  run.start()
  await run.finished()
  const entries = run.state().checks.map(({ name, state }) => [name, state])
  return Object.fromEntries(entries) as Record<Name, string>
}

describe('a run of checks', () => {
  it('says at any moment how far it is, and holds up none that can go on', async () => {
    const first = Promise.withResolvers<CheckOutcome>()
    const run = runOf({ first: () => first.promise })
    expect(run.state()).toMatchObject({ state: 'idle', checks: NAMES.map(() => ({ state: 'waiting' })) })
    expect(run.start()).toBe(true)
    await expect
      .poll(() => run.state().checks.map(({ state }) => state))
      .toEqual(['running', 'waiting', 'waiting', 'ok'])
    expect(run.start()).toBe(false)
    first.resolve({ state: 'warning', code: 'vault-swappable' })
    await run.finished()
    expect(run.state()).toMatchObject({
      state: 'done',
      checks: [{ state: 'warning', code: 'vault-swappable' }, {}, {}, {}],
    })
    expect(run.start()).toBe(true)
    await run.finished()
  })

  it('names a fault once, where it is, and not at what comes behind it', async () => {
    const run = runOf({ first: async () => ({ state: 'failed', code: 'name-not-resolved' }) })
    expect(await statesAfter(run)).toEqual({ first: 'failed', second: 'skipped', third: 'skipped', apart: 'ok' })
    expect(run.state().checks[2]?.found).toBe('needs first')
  })

  it('goes on behind a check that has nothing to look at', async () => {
    const run = runOf({ first: async () => ({ state: 'skipped' }), second: async () => ({ state: 'warning' }) })
    expect(await statesAfter(run)).toEqual({ first: 'skipped', second: 'warning', third: 'ok', apart: 'ok' })
  })

  it('goes on after a check that throws, and names what it threw by its code alone', async () => {
    const run = runOf({
      second: () => Promise.reject(new KioskError('name-not-resolved', 'a message')),
      apart: () => Promise.reject(new Error('the cause’s own words')),
    })
    await statesAfter(run)
    const found = Object.fromEntries(run.state().checks.map((check) => [check.name, check]))
    expect(found.second).toMatchObject({ state: 'failed', code: 'name-not-resolved', found: null })
    expect(found.second?.remedy).toContain('DNS')
    expect(found.apart).toMatchObject({ state: 'failed', code: 'unexpected' })
  })

  it('ends with a check that never does, and aborts it', async () => {
    let seen: AbortSignal | null = null
    const hang: Check<Name>['look'] = (signal) => {
      seen = signal
      return new Promise(() => {})
    }
    const run = runOf({ first: hang, apart: hang }, 1)
    expect(await statesAfter(run)).toEqual({ first: 'failed', second: 'skipped', third: 'skipped', apart: 'failed' })
    expect(run.state().checks[0]).toMatchObject({ code: 'check-unfinished' })
    expect(seen).toMatchObject({ aborted: true })
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
