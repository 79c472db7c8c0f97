/** `powerMonitor`: its events come when a spec says so. The machine itself neither sleeps nor locks. */
import type { PowerMonitor } from 'electron'
import { guardedEmitter } from './guarded-emitter.ts'

export const POWER_EVENTS = ['suspend', 'resume', 'lock-screen', 'unlock-screen'] as const
type PowerEvents = Record<(typeof POWER_EVENTS)[number], []>

class StandInPowerMonitor
  extends guardedEmitter<PowerEvents>('powerMonitor', POWER_EVENTS)
  implements Pick<PowerMonitor, never> {}

export const powerMonitor = new StandInPowerMonitor()
