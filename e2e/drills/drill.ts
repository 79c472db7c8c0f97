/** What a drill is and what comes of it. Types only. */
import type { DrillKiosk, DrillKioskOptions } from './drill-kiosk.ts'

export type DrillOutcome = {
  /** How often it was played. */
  times: number
  /** What was readable afterwards, in a few words. */
  readable: 'nothing' | 'the session, intact' | string
  /** Where a secret stood in clear, or who got a session that was not theirs. */
  leaks: string[]
  /** Sessions that should have lived and did not. */
  lost: string[]
  /** What the kiosk did besides, for the table. */
  note: string
}

export type DrillTools = {
  /** Opens a kiosk of its own; it is gone when the drill is over. */
  openKiosk(options?: DrillKioskOptions): Promise<DrillKiosk>
  /** From 0 up to 1, the same in every run with this seed. */
  random: () => number
  /** Fewer times, for the tests. */
  quick: boolean
}

/** What a machine must have for a drill: a root account to mount and to give files away, or a keychain. */
type DrillNeed = 'root' | 'keychain'

/** @throws what is neither a leak nor a lost session, but a kiosk that did not do what it should */
export type Drill = { name: string; needs?: DrillNeed; play(tools: DrillTools): Promise<DrillOutcome> }
