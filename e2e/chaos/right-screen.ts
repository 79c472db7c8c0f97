/** Waits for the right screen after a kill: what the helper says now, drawn by a page that lives, with nobody's name left on it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import type { ChaosKiosk } from './chaos-kiosk.ts'
import type { Look } from './glass.ts'
import type { Victim } from './victims.ts'

/** Longer than the promise, to tell a late screen from one that never comes. */
const PATIENCE_MS = 45_000

export type Recovery = {
  /** From the kill to the right screen; infinite where it never came. */
  tookMs: number
  /** The screen that was there in the end. */
  screen: string
  /** Looks in between at a white glass. */
  white: number
}

function isHealthy({ session }: KioskSnapshot): boolean {
  return session.kind !== 'trouble' && (session.kind !== 'awaitingApproval' || session.pollTrouble === null)
}

function shows({ screen, verdict }: Look, { session }: KioskSnapshot): boolean {
  if (screen === null || verdict !== 'drawn' || screen.kind !== session.kind) return false
  return !('generation' in session) || session.kind === 'preparing' || screen.generation === session.generation
}

/** @returns the first look that passes the test, or null when none came in time */
async function untilLook({ glass }: ChaosKiosk, isMeant: (look: Look) => boolean): Promise<Look | null> {
  const found = Promise.withResolvers<Look>()
  const stop = glass.onLook((look) => {
    if (isMeant(look)) found.resolve(look)
  })
  const giveUp = new AbortController()
  const never = sleep(PATIENCE_MS, null, { signal: giveUp.signal })
  return Promise.race([found.promise, never]).finally(() => {
    giveUp.abort()
    stop()
  })
}

/** Before a kill: whoever stands at the kiosk sees what the helper says. @throws when that does not come to pass */
export async function untilShown(kiosk: ChaosKiosk): Promise<KioskSnapshot> {
  const said = () => kiosk.watch.seen.at(-1)
  const look = await untilLook(kiosk, (now) => {
    const snapshot = said()
    return snapshot !== undefined && shows(now, snapshot)
  })
  const snapshot = said()
  if (look === null || snapshot === undefined) throw new Error('the glass does not show what the helper says')
  return snapshot
}

/** @param before what the helper said when the kill came */
export async function untilRight(
  kiosk: ChaosKiosk,
  victim: Victim,
  { before, sinceMs }: { before: KioskSnapshot; sinceMs: number },
): Promise<Recovery> {
  const { watch, personName } = kiosk
  const hadSession = before.session.kind === 'signedIn'

  function isRight(look: Look): boolean {
    const now = watch.seen.at(-1)
    if (now === undefined || !isHealthy(now) || !shows(look, now)) return false
    if (victim.replacesHelper && now.helper.processId === before.helper.processId) return false
    if (!hadSession) return true
    const isOver = now.session.kind !== 'signedIn' && !look.screen?.words.includes(personName)
    return victim.endsSession ? isOver : !isOver
  }

  let white = 0
  const look = await untilLook(kiosk, (seen) => {
    if (seen.atMs < sinceMs) return false
    if (seen.verdict === 'white') white += 1
    return isRight(seen)
  })
  return {
    tookMs: look === null ? Number.POSITIVE_INFINITY : look.atMs - sinceMs,
    screen: look?.screen?.kind ?? `none, while the helper says ${watch.seen.at(-1)?.session.kind}`,
    white,
  }
}
