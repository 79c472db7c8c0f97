/** `screen`: the displays that STAND_IN_SCREEN and a spec describe. Its events come when a spec changes them. */
import type { Display, Event, Screen } from 'electron'
import { allDisplays, type DisplayChange } from './displays.ts'
import { createEvent, guardedEmitter } from './guarded-emitter.ts'

type ScreenEvents = {
  'display-added': [event: Event, display: Display]
  'display-removed': [event: Event, display: Display]
  'display-metrics-changed': [event: Event, display: Display, changedMetrics: string[]]
}

class StandInScreen
  extends guardedEmitter<ScreenEvents>('screen', ['display-added', 'display-removed', 'display-metrics-changed'])
  implements Pick<Screen, 'getPrimaryDisplay' | 'getAllDisplays'>
{
  getPrimaryDisplay(): Display {
    const [primary] = allDisplays()
    if (primary === undefined) throw new Error('electron stand-in: there is no display: ask getAllDisplays() first')
    return primary
  }
  getAllDisplays(): Display[] {
    return [...allDisplays()]
  }
  /** Not part of Electron. */
  standInTell(change: DisplayChange): void {
    const event = createEvent({})
    if (change.kind === 'added') this.emit('display-added', event, change.display)
    else if (change.kind === 'removed') this.emit('display-removed', event, change.display)
    else this.emit('display-metrics-changed', event, change.display, change.metrics)
  }
}

export const screen = new StandInScreen()
