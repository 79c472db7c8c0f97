/** Runs checks one after the other, and tells at any moment how far it is. Never lets one that hangs or throws end the run. */
import { KioskError, type KioskErrorCode } from '../../contract/kiosk-error.ts'
import { OPERATOR_HINTS } from '../../contract/operator-hints.ts'
import { CHECK_NAMES, type CheckName, type SupportCheck, type SupportChecks } from '../../contract/support.ts'

const CHECK_LIMIT_MS = 12_000
const FOUND_LIMIT = 200

export type CheckOutcome = {
  state: 'ok' | 'warning' | 'failed' | 'skipped'
  found?: string
  code?: KioskErrorCode
  /** In place of the code's own. */
  remedy?: string
}

export type ChecksToRun = Readonly<Record<CheckName, (signal: AbortSignal) => Promise<CheckOutcome>>>

const WAITING: readonly SupportCheck[] = CHECK_NAMES.map((name) => {
  return { name, state: 'waiting', durationMs: null, found: null, code: null, remedy: null }
})

/** Pure: a check with what came of it. */
export function describeOutcome(
  name: CheckName,
  { state, found, code, remedy }: CheckOutcome,
  durationMs: number,
): SupportCheck {
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

export type CheckRun = {
  state(): SupportChecks
  /** @returns false while a run is under way */
  start(): boolean
  stop(): void
}

export function createCheckRun(
  checks: ChecksToRun,
  time: { nowMs: () => number; epochMs: () => number } = { nowMs: () => performance.now(), epochMs: Date.now },
): CheckRun {
  let run: SupportChecks = { state: 'idle', finishedAtEpochMs: null, checks: [...WAITING] }
  const stopping = new AbortController()

  function put(check: SupportCheck): void {
    run = { ...run, checks: run.checks.map((known) => (known.name === check.name ? check : known)) }
  }

  async function outcomeOf(name: CheckName): Promise<CheckOutcome> {
    const limit = AbortSignal.any([stopping.signal, AbortSignal.timeout(CHECK_LIMIT_MS)])
    const late = new Promise<CheckOutcome>((resolve) =>
      limit.addEventListener('abort', () =>
        resolve({ state: 'failed', found: 'no result in time', code: 'unexpected' }),
      ),
    )
    const checking = checks[name](limit).catch((error: unknown): CheckOutcome => {
      const code = error instanceof KioskError ? error.code : 'unexpected'
      return { state: 'failed', code }
    })
    return Promise.race([checking, late])
  }

  async function runAll(): Promise<void> {
    for (const name of CHECK_NAMES) {
      if (stopping.signal.aborted) return
      put({ ...describeOutcome(name, { state: 'ok' }, 0), state: 'running', durationMs: null })
      const startedAtMs = time.nowMs()
      const outcome = await outcomeOf(name)
      put(describeOutcome(name, outcome, time.nowMs() - startedAtMs))
    }
    run = { ...run, state: 'done', finishedAtEpochMs: time.epochMs() }
  }

  return {
    state: () => run,
    start() {
      if (run.state === 'running') return false
      run = { state: 'running', finishedAtEpochMs: null, checks: [...WAITING] }
      void runAll()
      return true
    },
    stop: () => stopping.abort(new Error('the helper stops')),
  }
}
