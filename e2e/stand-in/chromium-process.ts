/** Starts Debian's Chromium for the stand-in and sees to its end. Never leaves one behind: it dies with the pipe. */
import { spawn } from 'node:child_process'
import { readlinkSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { type ChromiumConnection, connectChromium } from './chromium-connection.ts'
import type { CommandLineSwitches } from './command-line.ts'
import { isProcessAlive } from './single-instance-lock.ts'

const PREVIOUS_CHROMIUM_WAIT_MS = 10_000
const CLOSE_WAIT_MS = 2_000
const KEPT_STDERR_CHARACTERS = 4_000

export type ScreenSize = { width: number; height: number }

export type ChromiumProcess = {
  readonly connection: ChromiumConnection
  /** Settles when Chromium has ended, with what it last said. */
  readonly ended: Promise<{ exitCode: number | null; lastWords: string }>
  close(): Promise<void>
  killNow(): void
}

const DISABLED_FEATURES = [
  'LocalNetworkAccessChecks',
  'Translate',
  'MediaRouter',
  'OptimizationHints',
  'GlobalMediaControls',
]

/** How Chromium is to be started: `switches` are those of the app and of the stand-in's command line. */
export type ChromiumSettings = { userData: string; switches: CommandLineSwitches; screen: ScreenSize }

function chromiumFlags({ userData, switches, screen }: ChromiumSettings): string[] {
  const { 'user-data-dir': _, 'disable-features': disabledFeatures = '', ...passedOn } = Object.fromEntries(switches)
  const headed = process.env.STAND_IN_HEADED === '1'
  return [
    ...(headed ? [] : ['--headless=new', `--screen-info={${screen.width}x${screen.height}}`]),
    // Chromium's own sandbox refuses to run as root.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    '--remote-debugging-pipe',
    '--no-startup-window',
    `--user-data-dir=${userData}`,
    `--window-size=${screen.width},${screen.height}`,
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--no-default-browser-check',
    '--no-service-autorun',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-default-apps',
    '--disable-extensions',
    '--disable-sync',
    '--disable-search-engine-choice-screen',
    '--password-store=basic',
    '--use-mock-keychain',
    // A kiosk's window is never behind another; Electron has neither a popup blocker nor session restore.
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
    '--disable-popup-blocking',
    '--hide-crash-restore-bubble',
    `--disable-features=${[...DISABLED_FEATURES, disabledFeatures].filter(Boolean).join(',')}`,
    ...Object.entries(passedOn).map(([name, value]) => (value === '' ? `--${name}` : `--${name}=${value}`)),
  ]
}

/** After kill -9 of the app the Chromium of before needs a moment to notice, and would take a new one's place. */
async function awaitPreviousChromium(userData: string): Promise<void> {
  const deadlineMs = performance.now() + PREVIOUS_CHROMIUM_WAIT_MS
  for (;;) {
    let holder: string
    try {
      holder = readlinkSync(join(userData, 'SingletonLock'))
    } catch {
      // No lock, no previous Chromium.
      return
    }
    const [, host, processId] = /^(.*)-(\d+)$/.exec(holder) ?? []
    if (host !== hostname() || !isProcessAlive(Number(processId))) return
    if (performance.now() > deadlineMs) {
      throw new Error(`electron stand-in: Chromium ${processId} still uses ${userData}: end it, then start again`)
    }
    await delay(10)
  }
}

/** Starts Chromium with the app's `userData` as its profile, so that DevToolsActivePort lies where Electron puts it. */
export async function startChromium(settings: ChromiumSettings): Promise<ChromiumProcess> {
  const { userData } = settings
  await awaitPreviousChromium(userData)
  rmSync(join(userData, 'DevToolsActivePort'), { force: true })
  const executable = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
  // A group of its own: Ctrl+C in a terminal must reach the app first, which then closes Chromium.
  const child = spawn(executable, chromiumFlags(settings), {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  })
  let lastWords = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    lastWords = `${lastWords}${chunk}`.slice(-KEPT_STDERR_CHARACTERS)
  })
  const ended = new Promise<{ exitCode: number | null; lastWords: string }>((settle, fail) => {
    child.on('error', fail)
    child.on('exit', (exitCode) => settle({ exitCode, lastWords }))
  })
  const [, , , toChromium, fromChromium] = child.stdio
  if (!(toChromium instanceof Writable && fromChromium instanceof Readable)) {
    throw new Error(`electron stand-in: cannot open a pipe to ${executable}`)
  }
  const connection = connectChromium(toChromium, fromChromium)
  const killNow = () => {
    if (child.exitCode === null) child.kill('SIGKILL')
  }
  return {
    connection,
    ended,
    killNow,
    async close() {
      // Chromium may end before it answers its own closing.
      await Promise.race([connection.browser.send('Browser.close').catch(() => ended), ended, delay(CLOSE_WAIT_MS)])
      await Promise.race([ended, delay(CLOSE_WAIT_MS)])
      killNow()
    },
  }
}
