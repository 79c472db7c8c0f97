/** `screen`: the one display that STAND_IN_SCREEN describes. It never changes, so its events are accepted and never come. */
import type { Display, Screen } from 'electron'
import { guardedEmitter } from './guarded-emitter.ts'
import { runtime } from './runtime.ts'

type ScreenEvents = { 'display-added': []; 'display-removed': []; 'display-metrics-changed': [] }

class StandInScreen
  extends guardedEmitter<ScreenEvents>('screen', ['display-added', 'display-removed', 'display-metrics-changed'])
  implements Pick<Screen, 'getPrimaryDisplay' | 'getAllDisplays'>
{
  getPrimaryDisplay(): Display {
    const size = { ...runtime.screen }
    const bounds = { x: 0, y: 0, ...size }
    return {
      id: 1,
      label: 'stand-in',
      bounds,
      size,
      workArea: bounds,
      workAreaSize: size,
      maximumCursorSize: size,
      nativeOrigin: { x: 0, y: 0 },
      scaleFactor: 1,
      rotation: 0,
      internal: false,
      detected: true,
      monochrome: false,
      colorDepth: 24,
      depthPerComponent: 8,
      colorSpace: '',
      displayFrequency: 60,
      accelerometerSupport: 'unknown',
      touchSupport: 'unknown',
    }
  }
  getAllDisplays(): Display[] {
    return [this.getPrimaryDisplay()]
  }
}

export const screen = new StandInScreen()
