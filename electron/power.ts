/** Whether anything can be painted, and whether the display may sleep. Never lets it sleep while somebody may need the kiosk. */
import { powerMonitor, powerSaveBlocker } from 'electron'
import type { PaintReport } from '../contract/window-bridge.ts'

/** The screens that nobody needs until somebody comes. */
const RESTING_KINDS = ['attract', 'unprovisioned']

export function mayDisplaySleep(
  { kind, untouchedMs }: Pick<PaintReport, 'kind' | 'untouchedMs'>,
  sleepAfterMinutes: number | null,
): boolean {
  return sleepAfterMinutes !== null && RESTING_KINDS.includes(kind) && untouchedMs >= sleepAfterMinutes * 60_000
}

export type Power = {
  setHasDisplay(hasDisplay: boolean): void
  /** The operating system turns the display off by its own rules then; what is painted meanwhile says nothing. */
  setMaySleep(maySleep: boolean): void
}

/** @param onAwake called with every change: whether a page that lives could paint */
export function keepPower(onAwake: (isAwake: boolean) => void): Power {
  const facts = { isSuspended: false, isLocked: false, hasDisplay: true, maySleep: false }
  let wasAwake = true
  let blockerId = powerSaveBlocker.start('prevent-display-sleep')

  function change(fact: Partial<typeof facts>): void {
    Object.assign(facts, fact)
    const isAwake = !facts.isSuspended && !facts.isLocked && facts.hasDisplay && !facts.maySleep
    if (isAwake !== wasAwake) onAwake(isAwake)
    wasAwake = isAwake
  }

  powerMonitor.on('suspend', () => change({ isSuspended: true }))
  powerMonitor.on('resume', () => change({ isSuspended: false }))
  powerMonitor.on('lock-screen', () => change({ isLocked: true }))
  powerMonitor.on('unlock-screen', () => change({ isLocked: false }))

  return {
    setHasDisplay: (hasDisplay) => change({ hasDisplay }),
    setMaySleep(maySleep) {
      if (maySleep === facts.maySleep) return
      if (maySleep) powerSaveBlocker.stop(blockerId)
      else blockerId = powerSaveBlocker.start('prevent-display-sleep')
      change({ maySleep })
    },
  }
}
