/** Keeps the window full screen on the display that the bundle names. Never leaves it on one that is gone, or beside one. */
import { isDeepStrictEqual } from 'node:util'
import { type BrowserWindow, type Display, screen } from 'electron'

/** Displays come and go in several events at once. */
const SETTLE_MS = 250

type Candidate = Pick<Display, 'id' | 'internal' | 'label'>

/** The wished one, else the primary one, else whatever there is; null where there is none. */
export function chooseDisplay<D extends Candidate>(displays: readonly D[], primaryId: number, wish: string): D | null {
  const isWished = ({ id, internal, label }: D) => {
    if (wish === 'primary') return id === primaryId
    if (wish === 'internal') return internal
    if (wish === 'external') return !internal
    return label === wish
  }
  return displays.find(isWished) ?? displays.find(({ id }) => id === primaryId) ?? displays[0] ?? null
}

export type KioskDisplay = {
  /** Moves the window where it does not stand right. */
  setWish(wish: string): void
}

/** @param onChange told what happened, and whether any display is left */
export function keepOnDisplay(
  window: BrowserWindow,
  onChange: (what: string, hasDisplay: boolean) => void,
): KioskDisplay {
  let wish = 'primary'
  let happened: string[] = []
  let settling: NodeJS.Timeout | undefined

  function place(): void {
    const display = chooseDisplay(screen.getAllDisplays(), screen.getPrimaryDisplay().id, wish)
    if (display === null || window.isDestroyed()) return
    if (!isDeepStrictEqual(window.getBounds(), display.bounds)) {
      // A window that is full screen stays on its display whatever bounds it is given.
      window.setKiosk(false)
      window.setBounds(display.bounds)
    }
    window.setKiosk(true)
  }

  function settle(what: string): void {
    happened.push(what)
    clearTimeout(settling)
    settling = setTimeout(() => {
      const hasDisplay = screen.getAllDisplays().length > 0
      if (hasDisplay) place()
      onChange(happened.join(', '), hasDisplay)
      happened = []
    }, SETTLE_MS)
  }

  screen.on('display-added', (_event, { label }) => settle(`${label || 'a display'} added`))
  screen.on('display-removed', (_event, { label }) => settle(`${label || 'a display'} removed`))
  screen.on('display-metrics-changed', (_event, { label }, metrics) => {
    // A task bar that comes or goes is none of the kiosk's business.
    const changed = metrics.filter((metric) => metric !== 'workArea')
    if (changed.length > 0) settle(`${label || 'a display'} changed (${changed.join(' ')})`)
  })
  return {
    setWish(next) {
      if (next === wish) return
      wish = next
      if (screen.getAllDisplays().length > 0) place()
    },
  }
}
