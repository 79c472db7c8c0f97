/** The people before the kiosk: they approve, decline, sign out or never come, by chance. Never press faster than people do. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import type { HostileProvider } from '../../demo/hostile-provider/hostile-provider.ts'
import { type KioskWatch, runKioskctl } from '../../demo/kiosk-watch.ts'
import type { ScreenLink } from '../../demo/screen-link.ts'

/** What happens to a code; else it runs out. */
const SHARE = { approved: 0.5, declined: 0.1 }
/** Of those who approved: they press "Start shift" and work for a while. Others are signed out before. */
const SHARE_CONFIRMING = 0.6
const SHORT_WAIT_SECONDS = 1

/** What people did, and what the kiosk came to. */
export type PeopleCounts = {
  codes: number
  approved: number
  declined: number
  signedIn: number
  confirmed: number
  signedOut: number
}

export type Pace = {
  /** Until somebody takes their phone out. */
  patienceSeconds: { from: number; to: number }
  shiftSeconds: { from: number; to: number }
}

type Scene = {
  provider: HostileProvider
  watch: KioskWatch
  screen: ScreenLink
  runtimeFolder: string
  pace: Pace
  random: () => number
  signal: AbortSignal
}

/** Plays until the signal aborts. @returns the counts, which go on growing */
export function sendPeople({ provider, watch, screen, runtimeFolder, pace, random, signal }: Scene): PeopleCounts {
  const counts: PeopleCounts = { codes: 0, approved: 0, declined: 0, signedIn: 0, confirmed: 0, signedOut: 0 }
  const waitBetween = ({ from, to }: { from: number; to: number }) =>
    sleep((from + random() * (to - from)) * 1000, undefined, { signal })

  async function meetCode(userCode: string): Promise<void> {
    counts.codes += 1
    const mood = random()
    await waitBetween(pace.patienceSeconds)
    if (mood < SHARE.approved) {
      await provider.approve(userCode)
      counts.approved += 1
    } else if (mood < SHARE.approved + SHARE.declined) {
      await provider.decline(userCode)
      counts.declined += 1
    }
  }

  async function work(generation: number): Promise<void> {
    counts.signedIn += 1
    await sleep(SHORT_WAIT_SECONDS * 1000, undefined, { signal })
    if (random() < SHARE_CONFIRMING) {
      const { accepted } = await screen.press({ kind: 'confirmPresence', generation })
      if (accepted) counts.confirmed += 1
      await waitBetween(pace.shiftSeconds)
    }
    const { exitCode } = await runKioskctl(runtimeFolder, 'sign-out')
    if (exitCode === 0) counts.signedOut += 1
  }

  function startWhat({ session }: KioskSnapshot): Promise<void> | null {
    if (session.kind === 'awaitingApproval') return meetCode(session.userCode)
    return session.kind === 'confirming' ? work(session.generation) : null
  }

  const met = new Set<string>()
  watch.onSnapshot((snapshot) => {
    const { session } = snapshot
    if (signal.aborted || !('generation' in session)) return
    const occasion = `${session.kind} ${session.generation}`
    if (met.has(occasion)) return
    met.add(occasion)
    // A code may die before its person gets to it, and the soak may end before either.
    startWhat(snapshot)?.catch(() => {})
  })
  return counts
}
