/** What all APIs of the stand-in share: the command line, the app's folders, the one Chromium. Decides nothing for the app. */
import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { inBackground } from './chromium-connection.ts'
import { type ChromiumProcess, type ScreenSize, startChromium } from './chromium-process.ts'
import { type AppPackage, type CommandLineSwitches, findAppPackage, parseCommandLine } from './command-line.ts'

const DEFAULT_SCREEN = '1920x1080'
// A signal to the whole process tree ends Chromium together with the app; only later is its end a crash.
const CHROMIUM_LOSS_WAIT_MS = 1_000

function screenSize(): ScreenSize {
  const text = process.env.STAND_IN_SCREEN ?? DEFAULT_SCREEN
  const [, width, height] = /^(\d+)x(\d+)$/.exec(text) ?? []
  if (width === undefined || height === undefined) {
    throw new Error(`electron stand-in: STAND_IN_SCREEN is '${text}': write it as ${DEFAULT_SCREEN}`)
  }
  return { width: Number(width), height: Number(height) }
}

class Runtime {
  readonly screen = screenSize()
  readonly switches: CommandLineSwitches
  readonly appPackage: AppPackage
  readonly appData = process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config')
  userData: string
  #chromium: Promise<ChromiumProcess> | null = null
  #started: ChromiumProcess | null = null
  #ready = false
  #ending = false
  readonly #lastWork: Promise<void>[] = []

  constructor() {
    const { switches, appPath } = parseCommandLine(process.argv.slice(2))
    this.switches = switches
    this.appPackage = findAppPackage(appPath)
    this.userData = switches.get('user-data-dir') ?? join(this.appData, this.appPackage.name)
    process.once('exit', () => this.#started?.killNow())
  }
  isReady(): boolean {
    return this.#ready
  }
  isEnding(): boolean {
    return this.#ending
  }
  /** Work that must be out before this process ends, such as word to the first instance. */
  endAfter(work: Promise<void>): void {
    this.#lastWork.push(work)
  }
  /** From here on the userData folder and the switches are final. */
  becomeReady(): void {
    this.#ready = true
    inBackground(this.chromium())
  }
  chromium(): Promise<ChromiumProcess> {
    this.#chromium ??= this.#start()
    return this.#chromium
  }
  async #start(): Promise<ChromiumProcess> {
    mkdirSync(this.userData, { recursive: true })
    const chromium = await startChromium(this)
    this.#started = chromium
    inBackground(this.#watch(chromium))
    const { browser } = chromium.connection
    await browser.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true })
    return chromium
  }
  /** In Electron the browser is the main process itself: without it there is no app. */
  async #watch(chromium: ChromiumProcess): Promise<void> {
    const { exitCode, lastWords } = await chromium.ended.catch((error: unknown) => ({
      exitCode: null,
      lastWords: String(error),
    }))
    setTimeout(() => {
      if (this.#ending) return
      console.error(`electron stand-in: Chromium ended by itself (${exitCode}):\n${lastWords}`)
      process.exit(1)
    }, CHROMIUM_LOSS_WAIT_MS)
  }
  /** Ends Chromium in good order, then this process. */
  async end(exitCode: number): Promise<never> {
    this.#ending = true
    const started = await this.#chromium?.catch(() => null)
    await Promise.all([started?.close(), ...this.#lastWork])
    process.exit(exitCode)
  }
}

export const runtime = new Runtime()
