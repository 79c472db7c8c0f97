/** The windows that are open, for the app's life cycle. Knows of no window more than how to close it. */
export type OpenWindow = {
  /** False where the app's `close` listener forbids it. */
  mayClose(): boolean
  destroy(): void
}

const openWindows = new Set<OpenWindow>()
let allClosedListener: () => void = () => undefined

export const windowRegistry = {
  add: (window: OpenWindow): void => {
    openWindows.add(window)
  },
  remove: (window: OpenWindow): void => {
    if (openWindows.delete(window) && openWindows.size === 0) allClosedListener()
  },
  all: (): OpenWindow[] => [...openWindows],
  onAllClosed: (listener: () => void): void => {
    allClosedListener = listener
  },
}
