/** Checks a window's options: accepts Electron's names, refuses unknown ones and any safety that Chromium cannot drop. */
import type { BrowserWindowConstructorOptions, WebPreferences } from 'electron'

// Without an effect here, or with the effect that the stand-in always has.
const WINDOW_OPTIONS: readonly (keyof BrowserWindowConstructorOptions)[] = [
  ...(['width', 'height', 'minWidth', 'minHeight', 'x', 'y', 'show', 'kiosk', 'fullscreen', 'frame', 'title'] as const),
  ...(['backgroundColor', 'autoHideMenuBar', 'resizable', 'movable', 'minimizable', 'maximizable', 'icon'] as const),
  ...(['closable', 'fullscreenable', 'alwaysOnTop', 'skipTaskbar', 'useContentSize', 'center'] as const),
  ...(['paintWhenInitiallyHidden', 'webPreferences'] as const),
]
const WEB_PREFERENCES: readonly (keyof WebPreferences)[] = [
  ...(['preload', 'partition', 'session', 'devTools', 'spellcheck', 'disableDialogs', 'safeDialogs'] as const),
  ...([
    'navigateOnDragDrop',
    'backgroundThrottling',
    'additionalArguments',
    'autoplayPolicy',
    'textAreasAreResizable',
    'disableBlinkFeatures',
  ] as const),
  ...(['defaultEncoding', 'enableWebSQL', 'plugins', 'scrollBounce', 'focusOnNavigation'] as const),
]
/** What the stand-in always does; another wish is refused loudly, so that a test never proves what it did not see. */
const FIXED: Partial<Record<keyof WebPreferences, boolean>> = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  javascript: true,
}

/** @throws Error that names the first option which the stand-in cannot honour */
export function checkWindowOptions(options: BrowserWindowConstructorOptions): void {
  const unknown = Object.keys(options).find((name) => !WINDOW_OPTIONS.some((known) => known === name))
  if (unknown !== undefined) throw new Error(`electron stand-in: BrowserWindow option '${unknown}' is not implemented`)
  for (const [name, value] of Object.entries(options.webPreferences ?? {})) {
    const fixed = new Map<string, boolean>(Object.entries(FIXED)).get(name)
    if (fixed === undefined && !WEB_PREFERENCES.some((known) => known === name)) {
      throw new Error(`electron stand-in: webPreferences.${name} is not implemented`)
    }
    if (fixed !== undefined && value !== undefined && value !== fixed) {
      throw new Error(`electron stand-in: webPreferences.${name} can only be ${fixed}`)
    }
  }
}
