/** Lets a session go: on order, with its vault, with a stop, or to the next helper. Never begins one. */
import type { Command } from '../../contract/commands.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import type { FoundHandover } from '../vault/handover.ts'
import type { KioskVault } from '../vault/open-kiosk-vault.ts'
import type { SessionEffect, SessionEvent } from './session-event.ts'
import type { SessionKeeper } from './session-keeper.ts'
import type { SessionMachine } from './session-steps.ts'
import type { SessionWork } from './session-work.ts'

export type SessionDeparture = {
  /** Whether the machine may still hear of it. */
  admits(event: SessionEvent): boolean
  /** On its way to the next helper, or to the end of this one: nothing that happens here reaches either. */
  isFrozen(): boolean
  /** Of a planned stop: no further renewal begins. */
  pausing: AbortSignal
  stopping: AbortSignal
  /** For the start, and only once: what the helper before this one left. */
  takeHandover(): FoundHandover
  /** A session that the helper before this one handed over, and nobody has gone on with yet. */
  isHandedOver(): boolean
  end(effect: SessionEffect & { kind: 'endSession' }): void
  destroyVault(): void
  /** A command that ends a session on its way to the next helper. @returns whether it was one */
  takeCommand(command: Command): boolean
  /**
   * Ends the session or the code, or, before the start, what would have been gone on with.
   *
   * @returns when nothing of it is left in the vault, nor for the next helper
   */
  revoke(): Promise<void>
  /** The same, and destroys the vault with its key; the helper ends afterwards. @returns whether all keys are gone */
  wipe(): Promise<boolean>
  /**
   * Ends whatever runs, wipes the vault, and revokes what was in it; but a session in progress is handed over where the stop
   * is planned and the vault can.
   *
   * @param cancelled aborts when a planned stop has become a plain one
   * @param screenId the screen that shows the session, and alone may go on with it
   */
  stop(how: { planned: boolean; cancelled: AbortSignal; screenId: string | null }): Promise<void>
  /** After a stop, once no command can come any more: does what was ordered while it lasted. */
  lastLook(cancelled: AbortSignal): Promise<void>
}

/** What still counts while a planned stop waits for a renewal: nothing may begin any more. */
const ENDINGS: readonly SessionEvent['kind'][] = [
  'signOutRequested',
  'screenLost',
  'sessionLost',
  'revokeOrdered',
  'deviceRefused',
  'wipeOrdered',
  'stopping',
]

const ENDING_COMMANDS: readonly Command['kind'][] = ['signOut', 'restartSignIn', 'wipe']

/** How long a planned stop waits for a renewal that is under way; the old token goes on its way then. */
const PAUSE_LIMIT_MS = 4_000

/** @param options.keeper null while the kiosk is not provisioned; `keeperOf` throws then */
export function createSessionDeparture(options: {
  keeper: SessionKeeper | null
  keeperOf: () => SessionKeeper
  vault: KioskVault | null
  clock: KioskClock
  work: SessionWork
  machine: () => SessionMachine
  dispatch: (event: SessionEvent) => void
  /** What the helper before this one left. */
  handover: FoundHandover
  /** A session leaves for the next helper: what is on the glass may stay. */
  onLeaving: () => Promise<void>
  /** The vault was destroyed on order: only a fresh process makes a new one. */
  onDestroyed: () => void
}): SessionDeparture {
  const { keeper, keeperOf, vault, clock, work, machine, dispatch, onLeaving, onDestroyed } = options
  const stopping = new AbortController()
  const pausing = new AbortController()
  let isFrozen = false
  let hasLeft = false
  /** Resolves when it is known whether a session goes to the next helper. */
  let leaving: Promise<unknown> = Promise.resolve()
  let retracting: Promise<void> | null = null
  let destroying: Promise<boolean> | null = null
  /** The person, or an operator, ended a session that was on its way. */
  const taken = new AbortController()
  let isWipeOrdered = false
  /** Of the last session that ended: when nothing of it is left. */
  let wiped: Promise<unknown> = Promise.resolve()
  let handover = options.handover

  function takeHandover(): FoundHandover {
    const found = handover
    handover = { kind: 'none' }
    return found
  }

  /** Nothing has begun yet: what would be gone on with is revoked. */
  function dropHandover(): void {
    const found = takeHandover()
    keeper?.dismiss(found)
  }

  function destroyVault(): void {
    wiped = destroy().finally(onDestroyed)
    work.track(wiped)
    isFrozen = true
  }

  function destroy(): Promise<boolean> {
    destroying ??= keeperOf().destroy()
    return destroying
  }

  async function retract(): Promise<void> {
    retracting ??= keeper?.retract() ?? null
    await retracting
  }

  /** Of a session on its way to the next helper; resolves when that one could not find it any more. */
  async function takeBack(why: string): Promise<void> {
    taken.abort(new Error(why))
    // What was not handed over after all is ended by the stop, which goes on before this does.
    await leaving
    if (hasLeft) await retract()
    await wiped
  }

  /** A renewal under way is waited for: its answer may have replaced the refresh token already. */
  async function pause(): Promise<void> {
    pausing.abort(new Error('the helper restarts'))
    const limit = new AbortController()
    void work.done().finally(() => limit.abort())
    await clock.wait(PAUSE_LIMIT_MS, limit.signal).catch(() => {
      // It has been stored.
    })
  }

  /** @returns whether the next helper goes on with the session of this one */
  async function handOver(screenId: string | null, cancelled: AbortSignal): Promise<boolean> {
    if (machine().session.kind !== 'signedIn' || !vault?.canHandOver) return false
    // Nobody could say before which screen it may go on.
    if (screenId === null && machine().policy?.endOnScreenCrash) return false
    await pause()
    const { session, tokensExpireAtMs } = machine()
    if (session.kind !== 'signedIn') return false
    isFrozen = true
    await onLeaving()
    const { generation, displayName, since, validUntil, idleUntil } = session
    const handed = { generation, displayName, since, validUntil, idleUntil, tokensExpireAtMs, screenId }
    return keeperOf().handOver(handed, AbortSignal.any([cancelled, taken.signal]))
  }

  return {
    admits: ({ kind }) => !isFrozen && (!pausing.signal.aborted || ENDINGS.includes(kind)),
    isFrozen: () => isFrozen,
    pausing: pausing.signal,
    stopping: stopping.signal,
    takeHandover,
    isHandedOver: () => handover.kind === 'session',
    end({ generation, reason }) {
      wiped = keeperOf().end(generation, reason)
      work.track(wiped)
    },
    destroyVault,
    takeCommand({ kind }) {
      if (!isFrozen || !ENDING_COMMANDS.includes(kind)) return false
      taken.abort(new Error('the session was ended on its way to the next helper'))
      isWipeOrdered ||= kind === 'wipe'
      return true
    },
    async revoke() {
      dropHandover()
      if (isFrozen) return takeBack('operations ended the session on its way to the next helper')
      dispatch({ kind: 'revokeOrdered' })
      await wiped
    },
    async wipe() {
      dropHandover()
      if (isFrozen) {
        isWipeOrdered = true
        await takeBack('the wipe was ordered on the session’s way to the next helper')
        return destroy()
      }
      if (machine().session.kind === 'starting') destroyVault()
      else dispatch({ kind: 'wipeOrdered' })
      await wiped
      return (await destroying) ?? false
    },
    async stop({ planned, cancelled, screenId }) {
      dropHandover()
      if (planned) {
        leaving = handOver(screenId, cancelled).then((isLeft) => {
          hasLeft = isLeft
        })
        await leaving
      }
      stopping.abort()
      if (!hasLeft) {
        isFrozen = false
        dispatch({ kind: 'stopping' })
      }
      isFrozen = true
      work.abort('the helper stops')
      if (!hasLeft) {
        await work.settle()
        // Whatever came in at the last moment.
        await keeper?.end(machine().generation, 'helper stopped')
      }
      await keeper?.settle()
    },
    async lastLook(cancelled) {
      if (hasLeft && (cancelled.aborted || taken.signal.aborted)) await retract()
      if (isWipeOrdered) await destroy()
      await keeper?.settle()
    },
  }
}
