/** Keeps a running kiosk up to date with its bundle: shows, waits, starts anew, or ends a session. Never takes a bad one. */
import { isDeepStrictEqual } from 'node:util'
import type { BundleStatus } from '../../contract/bundle-status.ts'
import type { ProvisioningProblem, SessionState } from '../../contract/session-state.ts'
import type { Log } from '../log.ts'
import { SIGNATURE_FILE } from '../trust/bundle-payload.ts'
import type { Trust } from '../trust/read-trust.ts'
import { watchBundle } from './bundle-watch.ts'
import { type ChangeEffect, effectOfChange } from './change-effects.ts'
import { type BundlePlaces, describeBundle, type FoundBundle, findBundle, type RunnableBundle } from './find-bundle.ts'
import type { Bundle } from './read-bundle.ts'
import { decideTakeOver, type PendingEffect, type TakeOver } from './take-over.ts'

export type FollowedBundle = {
  status(): BundleStatus
  /** With every change of the session: what waits may be due. */
  noteSession(session: SessionState): void
  stop(): void
}

type FollowOptions = {
  /** What the screen shows of a bundle may have changed. */
  onBundle: (bundle: Bundle) => void
  onStatus: (status: BundleStatus) => void
  onDue: (due: Exclude<TakeOver, 'wait'>) => void
  log: Log
  lookAgainMs?: number
}

/** Of those that both bundles name. */
function changedFiles({ fileHashes: before }: Bundle, { fileHashes: after }: Bundle): string[] {
  return Object.keys(after).filter((name) => name in before && before[name] !== after[name])
}

function isPending(kind: ChangeEffect['kind']): kind is PendingEffect {
  return kind === 'restart' || kind === 'end-session'
}

/** Why the running bundle may not go on where none of the others may be used. Null where it may. */
function judgeVouching(trust: Trust, { signed }: RunnableBundle): PendingEffect | null {
  if (trust.kind !== 'pinned' || trust.keys.some(({ keyId }) => keyId === signed?.keyId)) return null
  // A key was taken away: whatever it has signed may be an attacker's. Or one was pinned, and the bundle is not signed yet.
  return signed ? 'end-session' : 'restart'
}

/** @param started what this helper started with, or shows while it cannot start */
export function followBundle(
  places: BundlePlaces,
  started: { found: FoundBundle; runnable: RunnableBundle },
  options: FollowOptions,
): FollowedBundle {
  const { onBundle, onStatus, onDue, log, lookAgainMs } = options
  const { config } = started.runnable.bundle
  let running = started.runnable
  let { refused } = started.found
  let pending: { kind: PendingEffect; paths: string[] } | null = null
  let session: SessionState = { kind: 'starting' }
  let hasEnded = false

  const status = () => describeBundle(running, { refused, waiting: pending?.paths ?? [] })

  function sayRefused(problems: readonly ProvisioningProblem[]): void {
    const [first] = problems
    if (!first) return
    log.warn({ event: 'bundle.refused', code: first.code, problems }, 'the bundle is refused: the last good one stays')
  }

  function takeOver(): void {
    if (!pending) return
    const due = decideTakeOver(pending.kind, session, config.session.start === 'always')
    if (due === 'wait' || (due === 'end-session' && hasEnded)) return
    hasEnded ||= due === 'end-session'
    log.info({ event: 'bundle.taken', effect: due, paths: pending.paths }, 'changed settings are taken over')
    onDue(due)
  }

  /** What differs from what this helper started with, whatever was there meanwhile. */
  function takeRunnable(found: RunnableBundle): void {
    const effect = effectOfChange(config, found.bundle.config, changedFiles(started.runnable.bundle, found.bundle))
    running = found
    onBundle(found.bundle)
    const waiting = effect.paths.filter(({ kind }) => isPending(kind)).map(({ path }) => path)
    pending = isPending(effect.kind) ? { kind: effect.kind, paths: waiting } : null
  }

  function take({ runnable, refused: problems, trust }: FoundBundle): void {
    // The next helper reads for itself: this one has ended what it ran, and does not begin anew.
    if (hasEnded) return
    const before = status()
    if (!isDeepStrictEqual(problems, refused)) sayRefused(problems)
    refused = problems
    if (runnable) takeRunnable(runnable)
    const unvouched = runnable ? null : judgeVouching(trust, running)
    if (unvouched) pending = { kind: unvouched, paths: [SIGNATURE_FILE] }
    if (!isDeepStrictEqual(status(), before)) {
      if (problems.length === 0) {
        log.info({ event: pending ? 'bundle.waits' : 'bundle.taken', ...status() }, 'the bundle has changed')
      }
      onStatus(status())
    }
    takeOver()
  }

  sayRefused(refused)
  return {
    status,
    noteSession(next) {
      session = next
      takeOver()
    },
    stop: watchBundle([places.bundleFolder, places.trustFolder], () => findBundle(places), take, lookAgainMs),
  }
}
