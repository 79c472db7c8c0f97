/** Which screen shows the session. Never lets a session that was handed over go on before another screen than its own. */
import type { KioskClock } from '../kiosk-clock.ts'

/** A shell that lives looks for its helper several times a second. */
const RETURN_LIMIT_MS = 10_000

export type ScreenWatch = {
  /** Of the shell that is linked, or was last; null before any. */
  screenId(): string | null
  joined(screenId: string): void
  /** The last shell left. */
  left(): void
  /** Only this screen may show the session; null for any. */
  expect(screenId: string | null): void
}

/** @param onLost called whenever nobody can say any more who stands before the screen */
export function watchScreens(clock: KioskClock, onLost: () => void): ScreenWatch {
  let current: string | null = null
  let waiting = new AbortController()
  let expected: string | null = null

  function settle(isLost: boolean): void {
    expected = null
    waiting.abort()
    if (isLost) onLost()
  }

  return {
    screenId: () => current,
    joined(screenId) {
      current = screenId
      if (expected !== null) settle(screenId !== expected)
    },
    left() {
      settle(true)
    },
    expect(screenId) {
      if (screenId === null) return
      if (current !== null) {
        if (current !== screenId) onLost()
        return
      }
      expected = screenId
      waiting = new AbortController()
      clock.wait(RETURN_LIMIT_MS, waiting.signal).then(
        () => settle(true),
        () => {
          // It came back in time, or another screen did.
        },
      )
    },
  }
}
