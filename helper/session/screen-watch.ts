/** Which screen shows the session. Never lets a session that was handed over go on before another screen than its own. */
import type { KioskClock } from '../kiosk-clock.ts'

/** A shell that lives looks for its helper several times a second. */
const RETURN_LIMIT_MS = 10_000

export type ScreenWatch = {
  /** Whose the session is: the screen that is awaited, else the one that is linked or was last; null before any. */
  screenId(): string | null
  joined(screenId: string): void
  /** The last shell left. */
  left(): void
  /** Only this screen may show the session; null for any. */
  expect(screenId: string | null): void
}

/** @param onLost called whenever nobody can say any more who stands before the screen */
export function watchScreens(clock: KioskClock, onLost: () => void): ScreenWatch {
  let last: string | null = null
  let isLinked = false
  let expected: string | null = null
  let waiting = new AbortController()

  function stopWaiting(): void {
    expected = null
    waiting.abort()
  }

  return {
    screenId: () => expected ?? last,
    joined(screenId) {
      const rightful = expected ?? (isLinked ? last : null)
      const isOther = rightful !== null && screenId !== rightful
      last = screenId
      isLinked = true
      stopWaiting()
      if (isOther) onLost()
    },
    left() {
      isLinked = false
      stopWaiting()
      onLost()
    },
    expect(screenId) {
      if (screenId === null) return
      if (isLinked) {
        if (last !== screenId) onLost()
        return
      }
      expected = screenId
      waiting = new AbortController()
      clock.wait(RETURN_LIMIT_MS, waiting.signal).then(
        () => {
          stopWaiting()
          onLost()
        },
        () => {
          // It came back in time, or another screen did.
        },
      )
    },
  }
}
