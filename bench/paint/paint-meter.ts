/** How long each change of state took from the helper to the glass, by the helper's own snapshots. Pure. */
import type { KioskSnapshot } from '../../contract/session-state.ts'

export type PaintDelay = { kind: string; delayMs: number }

export type PaintMeter = {
  /** Takes every snapshot, in order. */
  note(snapshot: KioskSnapshot): void
  /** From here to `resume` there is no screen that could paint. */
  pause(): void
  resume(): void
  delays(): readonly PaintDelay[]
  /** Changes that another one replaced before two frames had passed: nobody could have seen them. */
  replaced(): number
}

/** Both ends are told by the wall clock of one machine, to the millisecond: the helper's publishing, the shell's word of the second frame. */
export function createPaintMeter(): PaintMeter {
  const delays: PaintDelay[] = []
  let waiting: { key: string; kind: string; changedAtEpochMs: number } | null = null
  let lastKey = ''
  let replaced = 0
  let isPaused = false
  return {
    pause() {
      isPaused = true
      waiting = null
      lastKey = ''
    },
    resume() {
      isPaused = false
    },
    note({ helper, sequence, session, clock, painted }) {
      if (isPaused) return
      const key = `${helper.processId} ${sequence}`
      if (key !== lastKey) {
        if (waiting !== null) replaced += 1
        // What was known before the first snapshot came by changed at a time that nobody here knows.
        waiting = lastKey === '' ? null : { key, kind: session.kind, changedAtEpochMs: clock.epochMs }
        lastKey = key
      }
      if (waiting?.key !== key || painted?.sequence !== sequence) return
      delays.push({ kind: waiting.kind, delayMs: painted.atEpochMs - waiting.changedAtEpochMs })
      waiting = null
    },
    delays: () => delays,
    replaced: () => replaced,
  }
}
