/** Runs checks side by side, each after those it needs, and tells at any moment how far it is. Never lets one that hangs or throws hold up the rest. */
import { KioskError, type KioskErrorCode } from '../../contract/kiosk-error.ts'
import { OPERATOR_HINTS } from '../../contract/operator-hints.ts'
import type { SupportCheck } from '../../contract/support.ts'

/** For the whole run: whoever stands at the screen or types `kioskctl doctor` waits for it. */
export const RUN_LIMIT_MS = 12_000
const FOUND_LIMIT = 200

export type CheckOutcome = {
  state: 'ok' | 'warning' | 'failed' | 'skipped'
  found?: string
  code?: KioskErrorCode
  /** In place of the code's own. */
  remedy?: string
}

export type Check<N extends string> = {
  /** What must not have failed before: a fault is named once, where it is. */
  needs?: readonly N[]
  look(signal: AbortSignal): Promise<CheckOutcome>
}

export type ChecksToRun<N extends string> = Readonly<Record<N, Check<N>>>

/** A `SupportCheck` of any list of checks. */
export type CheckedName<N extends string> = Omit<SupportCheck, 'name'> & { name: N }

export type CheckRunState<N extends string> = {
  state: 'idle' | 'running' | 'done'
  finishedAtEpochMs: number | null
  checks: CheckedName<N>[]
}

/** Pure: a check with what came of it. */
export function describeOutcome<N extends string>(
  name: N,
  { state, found, code, remedy }: CheckOutcome,
  durationMs: number,
): CheckedName<N> {
  const isWell = state === 'ok' || state === 'skipped'
  const known = code === undefined || isWell ? null : OPERATOR_HINTS[code].remedy
  return {
    name,
    state,
    durationMs: state === 'skipped' ? null : Math.round(durationMs),
    found: found?.slice(0, FOUND_LIMIT) ?? null,
    code: code ?? null,
    remedy: remedy ?? known,
  }
}

export type CheckRun<N extends string> = {
  state(): CheckRunState<N>
  /** @returns false while a run is under way */
  start(): boolean
  /** Resolves when the run under way, if any, has ended. */
  finished(): Promise<void>
  stop(): void
}

type RunOptions = {
  /** Told of every change of `state`. */
  onChange?: () => void
  limitMs?: number
  nowMs?: () => number
  epochMs?: () => number
}

/** What a check leaves for those that need it: the name of the one that failed, its own or one before it. */
type Ended = { failedAt: string | null }

/** @param listChecks called for each run: what one run finds out is not kept for the next */
export function createCheckRun<N extends string>(
  names: readonly N[],
  listChecks: () => ChecksToRun<N>,
  options: RunOptions = {},
): CheckRun<N> {
  const { onChange = () => {}, limitMs = RUN_LIMIT_MS } = options
  const { nowMs = () => performance.now(), epochMs = Date.now } = options
  const waiting = () =>
    names.map((name): CheckedName<N> => {
      return { name, state: 'waiting', durationMs: null, found: null, code: null, remedy: null }
    })
  let run: CheckRunState<N> = { state: 'idle', finishedAtEpochMs: null, checks: waiting() }
  let running: Promise<void> = Promise.resolve()
  const stopping = new AbortController()

  function put(check: CheckedName<N>): void {
    run = { ...run, checks: run.checks.map((known) => (known.name === check.name ? check : known)) }
    onChange()
  }

  async function outcomeOf({ look }: Check<N>, limit: AbortSignal): Promise<CheckOutcome> {
    const late = new Promise<CheckOutcome>((resolve) => {
      const giveUp = () => resolve({ state: 'failed', found: 'no result in time', code: 'check-unfinished' })
      if (limit.aborted) giveUp()
      else limit.addEventListener('abort', giveUp, { once: true })
    })
    const looking = look(limit).catch((error: unknown): CheckOutcome => {
      return { state: 'failed', code: error instanceof KioskError ? error.code : 'unexpected' }
    })
    return Promise.race([looking, late])
  }

  async function runOne(name: N, check: Check<N>, needed: Promise<Ended>[], limit: AbortSignal): Promise<Ended> {
    const { failedAt } = (await Promise.all(needed)).find((ended) => ended.failedAt !== null) ?? { failedAt: null }
    if (failedAt !== null) {
      put(describeOutcome(name, { state: 'skipped', found: `needs ${failedAt}` }, 0))
      return { failedAt }
    }
    put({ ...describeOutcome(name, { state: 'ok' }, 0), state: 'running', durationMs: null })
    const startedAtMs = nowMs()
    const outcome = await outcomeOf(check, limit)
    put(describeOutcome(name, outcome, nowMs() - startedAtMs))
    return { failedAt: outcome.state === 'failed' ? name : null }
  }

  async function runAll(): Promise<void> {
    const checks = listChecks()
    const over = new AbortController()
    const limit = AbortSignal.any([stopping.signal, over.signal, AbortSignal.timeout(limitMs)])
    const ended = new Map<N, PromiseWithResolvers<Ended>>(names.map((name) => [name, Promise.withResolvers()]))
    await Promise.all(
      names.map(async (name) => {
        const needed = (checks[name].needs ?? []).flatMap((need) => ended.get(need)?.promise ?? [])
        ended.get(name)?.resolve(await runOne(name, checks[name], needed, limit))
      }),
    )
    // Whatever a check has left open, such as a connection, ends with the run.
    over.abort(new Error('the run is over'))
    run = { ...run, state: 'done', finishedAtEpochMs: epochMs() }
    onChange()
  }

  return {
    state: () => run,
    start() {
      if (run.state === 'running') return false
      run = { state: 'running', finishedAtEpochMs: null, checks: waiting() }
      running = runAll()
      return true
    },
    finished: () => running,
    stop: () => stopping.abort(new Error('the helper stops')),
  }
}
