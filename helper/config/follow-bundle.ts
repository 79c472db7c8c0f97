/** Keeps a running kiosk up to date with its bundle: shows, waits, starts anew, or ends a session. Never takes a bad one. */
import { KeyObject } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { BundleStatus } from '../../contract/bundle-status.ts'
import type { ProvisioningProblem, SessionState } from '../../contract/session-state.ts'
import type { AuditRecorder } from '../audit/audit-trail.ts'
import type { Log } from '../log.ts'
import { SIGNATURE_FILE } from '../trust/bundle-payload.ts'
import type { TrustedKey } from '../trust/public-key.ts'
import type { Trust } from '../trust/read-trust.ts'
import { watchBundle } from './bundle-watch.ts'
import { type ChangeEffect, effectOfChange } from './change-effects.ts'
import { type BundlePlaces, describeBundle, type FoundBundle, findBundle, type RunnableBundle } from './find-bundle.ts'
import { sayNotKept } from './not-kept.ts'
import type { Bundle } from './read-bundle.ts'
import { decideTakeOver, type PendingEffect, type TakeOver } from './take-over.ts'

export type FollowedBundle = {
  status(): BundleStatus
  /** With every change of the session: what waits may be due. */
  noteSession(session: SessionState): void
  /** Whether a session may go on under what the next helper will find. Looks anew: the change may be younger than the last look. */
  mayHandOver(): Promise<boolean>
  stop(): void
}

type FollowOptions = {
  /** What the screen shows of a bundle may have changed. */
  onBundle: (bundle: Bundle) => void
  onStatus: (status: BundleStatus) => void
  onDue: (due: Exclude<TakeOver, 'wait'>) => void
  /** Ended tokens of which the provider has not been told yet: a start waits for them, but not for ever. */
  isRevoking: () => boolean
  log: Log
  audit: AuditRecorder
  lookAgainMs?: number
}

const LOOK_AGAIN_MS = 1_000

/** A minute holds all that is tried; a provider that does not answer must not keep old settings in use. */
const REVOCATION_LOOKS = 60

/** Of those that both bundles name. */
function changedFiles({ fileHashes: before }: Bundle, { fileHashes: after }: Bundle): string[] {
  return Object.keys(after).filter((name) => name in before && before[name] !== after[name])
}

function isPending(kind: ChangeEffect['kind']): kind is PendingEffect {
  return kind === 'restart' || kind === 'end-session'
}

/** With the key itself: another one under the same id vouches for nothing that the first has signed. */
type Vouched = { runnable: RunnableBundle; key: TrustedKey | null }

function vouchedBy(trust: Trust, runnable: RunnableBundle): Vouched {
  const keys = trust.kind === 'pinned' ? trust.keys : []
  return { runnable, key: keys.find(({ keyId }) => keyId === runnable.signed?.keyId) ?? null }
}

function isSameKey(one: TrustedKey, other: TrustedKey): boolean {
  return one.keyId === other.keyId && KeyObject.from(one.key).equals(KeyObject.from(other.key))
}

/** Why a bundle may not go on under these keys. Null where it may. */
function judgeVouching(trust: Trust, { runnable, key: vouching }: Vouched): PendingEffect | null {
  if (trust.kind !== 'pinned') return null
  if (vouching && trust.keys.some((key) => isSameKey(key, vouching))) return null
  // A key was taken away: whatever it has signed may be an attacker's. Or one was pinned, and the bundle is not signed yet.
  return runnable.signed ? 'end-session' : 'restart'
}

/** For the audit trail: the settings at the top of `kiosk.json`, and the signature. Never a part of a path that a site made. */
function settingsOf(paths: readonly string[]): string[] {
  return [...new Set(paths.map((path) => (path === SIGNATURE_FILE ? path : (path.split(/[.[]/)[0] ?? path))))]
}

type Pending = { kind: PendingEffect; paths: string[] }

/** @returns null where nothing has to start anew */
function compare(before: Bundle, after: Bundle): Pending | null {
  const effect = effectOfChange(before.config, after.config, changedFiles(before, after))
  const paths = effect.paths.filter(({ kind }) => isPending(kind)).map(({ path }) => path)
  // It may come from the host name, which no setting says.
  if (before.deviceId !== after.deviceId) {
    return { kind: 'end-session', paths: [...new Set(['device.id', ...paths])] }
  }
  return isPending(effect.kind) ? { kind: effect.kind, paths } : null
}

/** @param started what this helper started with, or shows while it cannot start */
export function followBundle(
  places: BundlePlaces,
  started: { found: FoundBundle; runnable: RunnableBundle },
  options: FollowOptions,
): FollowedBundle {
  const { onBundle, onStatus, onDue, isRevoking, log, audit, lookAgainMs = LOOK_AGAIN_MS } = options
  const { config } = started.runnable.bundle
  const begun = vouchedBy(started.found.trust, started.runnable)
  let latest = begun
  let { refused, notKept } = started.found
  /** What differs between the two. */
  let changes: Pending | null = null
  let pending: Pending | null = null
  let session: SessionState = { kind: 'starting' }
  let hasEnded = false
  let revocationLooks = 0
  let nextLook: NodeJS.Timeout | null = null

  const status = () => describeBundle(latest.runnable, { refused, waiting: pending?.paths ?? [] })

  function sayRefused(problems: readonly ProvisioningProblem[]): void {
    const [first] = problems
    if (!first) return
    log.warn({ event: 'bundle.refused', code: first.code, problems }, 'the bundle is refused: the last good one stays')
    void audit.record({ event: 'bundle.refused', codes: [...new Set(problems.map(({ code }) => code))] })
  }

  function recordChange(effect: 'shown' | 'waits' | 'restart' | 'end-session'): void {
    const settings = settingsOf(pending?.paths ?? [])
    const version = latest.runnable.signed?.version ?? null
    void audit.record({ event: 'bundle.changed', effect, settings, version })
  }

  /** A helper that stops tries no revocation again. */
  function waitsForRevocations(): boolean {
    if (!isRevoking()) {
      revocationLooks = 0
      return false
    }
    if (revocationLooks >= REVOCATION_LOOKS) return false
    nextLook ??= setTimeout(() => {
      nextLook = null
      revocationLooks += 1
      takeOver()
    }, lookAgainMs).unref()
    return true
  }

  function takeOver(): void {
    if (!pending) return
    const due = decideTakeOver(pending.kind, session, config.session.start === 'always')
    if (due === 'wait' || (due === 'end-session' && hasEnded)) return
    if (due === 'restart' && waitsForRevocations()) return
    hasEnded ||= due === 'end-session'
    log.info({ event: 'bundle.taken', effect: due, paths: pending.paths }, 'changed settings are taken over')
    recordChange(due)
    onDue(due)
  }

  /** What differs from what this helper started with, whatever was there meanwhile. */
  function takeRunnable(found: RunnableBundle, trust: Trust): void {
    latest = vouchedBy(trust, found)
    onBundle(found.bundle)
    changes = compare(started.runnable.bundle, found.bundle)
  }

  /** Settings that a later bundle has replaced are still in use until they are taken over. */
  function findUnvouched(trust: Trust): PendingEffect | null {
    const inUse = changes ? [latest, begun] : [latest]
    const judged = inUse.map((vouched) => judgeVouching(trust, vouched))
    return judged.find((kind) => kind === 'end-session') ?? judged[0] ?? null
  }

  function take(found: FoundBundle): void {
    // The next helper reads for itself: this one has ended what it ran, and does not begin anew.
    if (hasEnded) return
    const { runnable, refused: problems, trust } = found
    const before = status()
    if (!isDeepStrictEqual(problems, refused)) sayRefused(problems)
    if (found.notKept && !notKept) sayNotKept(found.notKept, log)
    ;({ refused, notKept } = found)
    // Beside a refused one it is the copy, and that may be older than what runs.
    if (runnable && problems.length === 0) takeRunnable(runnable, trust)
    const unvouched = findUnvouched(trust)
    pending = unvouched ? { kind: unvouched, paths: [SIGNATURE_FILE] } : changes
    if (!isDeepStrictEqual(status(), before)) {
      if (problems.length === 0) {
        log.info({ event: pending ? 'bundle.waits' : 'bundle.taken', ...status() }, 'the bundle has changed')
        recordChange(pending ? 'waits' : 'shown')
      }
      onStatus(status())
    }
    takeOver()
  }

  sayRefused(refused)
  const stopWatching = watchBundle([places.bundleFolder, places.trustFolder], () => findBundle(places), take, {
    lookAgainMs,
    log,
  })
  return {
    status,
    noteSession(next) {
      session = next
      takeOver()
    },
    async mayHandOver() {
      const found = await findBundle(places, { keeps: false }).catch((error: unknown) => {
        log.error({ err: error }, 'the bundle cannot be looked at: no session is handed over')
        return null
      })
      if (!found?.runnable) return false
      const change = compare(begun.runnable.bundle, found.runnable.bundle)
      if (!change) return true
      return change.kind !== 'end-session' && judgeVouching(found.trust, begun) !== 'end-session'
    },
    stop() {
      stopWatching()
      if (nextLook) clearTimeout(nextLook)
      nextLook = null
      pending = null
    },
  }
}
