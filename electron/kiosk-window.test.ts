/** What the one window asks of Electron. Each of these is a fence that Electron itself puts up, and nobody else. */
import type { BrowserWindowConstructorOptions, Session } from 'electron'
import { describe, expect, it, vi } from 'vitest'

const asked = vi.hoisted((): { options: BrowserWindowConstructorOptions[] } => ({ options: [] }))
vi.mock('electron', () => ({
  BrowserWindow: class {
    constructor(options: BrowserWindowConstructorOptions) {
      asked.options.push(options)
    }
    once() {}
    on() {}
  },
}))
const { openKioskWindow } = await import('./kiosk-window.ts')

function preferences() {
  asked.options.length = 0
  // It is only handed on.
  openKioskWindow({} as Session)
  return asked.options[0]?.webPreferences ?? {}
}

describe('the window', () => {
  it.each([
    ['sandbox', true],
    ['contextIsolation', true],
    ['nodeIntegration', false],
    ['webviewTag', false],
    ['devTools', false],
    ['spellcheck', false],
    ['navigateOnDragDrop', false],
    ['disableDialogs', true],
    ['disableBlinkFeatures', 'FileSystemAccess,FileSystemAccessLocal'],
  ] as const)('the window asks for: %s: %s', (name, value) => {
    expect(preferences()[name]).toBe(value)
  })

  it.each([
    ...(['webSecurity', 'allowRunningInsecureContent', 'experimentalFeatures', 'enableBlinkFeatures'] as const),
    ...(['nodeIntegrationInWorker', 'nodeIntegrationInSubFrames', 'plugins'] as const),
  ])('the window leaves %s as it is by default, which is safe', (name) => {
    expect(preferences()).not.toHaveProperty(name)
  })

  it('the window stands in a session of the kiosk’s own', () => {
    expect(preferences()).toHaveProperty('session')
    expect(preferences()).not.toHaveProperty('partition')
  })
})
