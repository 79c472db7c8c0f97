/** The fixture of the specs about the lockdown: the shell alone, which says that its helper is away. Violations fail a test. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, type CDPSession, type Page } from '@playwright/test'
import { type Cleanups, createCleanups } from '../demo/cleanups.ts'
import { chooseShellRuntime } from '../demo/kiosk-processes.ts'
import { openKioskScreen } from '../demo/kiosk-screen.ts'
import { findChromium } from '../scripts/find-chromium.mjs'

export type ShellProgram = {
  /** Resolves with the exit code. */
  ended: Promise<number>
  log(): string
  processId: number
  dataFolder: string
}

export type Shell = ShellProgram & {
  page: Page
  devTools: CDPSession
  /** The page's own address, as the browser below knows it. */
  home: string
  /** A web server that nothing may reach. */
  outside: OutsideServer
  /** The paths of the folder that a download would lie in. */
  homeFolder: string
  /** Pages of any kind, also those that hang before their first document. */
  pageCount(): Promise<number>
  /** Takes the page's own fence down, to see whether the shell's holds by itself. */
  dropPolicy(): Promise<void>
  /** For a test that provokes violations: what they named. */
  takeViolations(): string[]
}

type OutsideServer = { origin: string; requested: string[] }

async function startOutsideServer(cleanups: Cleanups): Promise<OutsideServer> {
  const requested: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    requested.push(path)
    const to = new URL(path, 'http://outside').searchParams.get('to')
    if (to !== null) response.writeHead(302, { location: to }).end()
    else response.writeHead(200, { 'content-type': 'text/html' }).end('<title>outside</title>outside')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanups.add(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, requested }
}

/** Where the built application lies; the mutation run names copies of it. */
export type ShellOptions = { appFolder: string }

type ProgramOptions = {
  switches?: readonly string[]
  environment?: Readonly<Record<string, string>>
  appFolder?: string
}

async function startProgram(
  cleanups: Cleanups,
  appFolder: string,
  options: ProgramOptions,
): Promise<ShellProgram & { work: string }> {
  const work = await mkdtemp(join(tmpdir(), 'kiosk-shell-'))
  cleanups.add(() => rm(work, { recursive: true, force: true, maxRetries: 10 }))
  const dataFolder = join(work, 'shell')
  await mkdir(dataFolder)
  const { folder } = chooseShellRuntime()
  const chromiumPath = findChromium()
  const switches = options.switches ?? ['--remote-debugging-port=0', '--use-fake-device-for-media-stream']
  const child = spawn(
    join(folder, 'electron'),
    [...switches, `--user-data-dir=${dataFolder}`, join(appFolder, 'dist', 'electron', 'main.cjs')],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        ...{ HOME: work, XDG_CONFIG_HOME: work, XDG_DOWNLOAD_DIR: work, KIOSK_RUNTIME_DIR: join(work, 'nobody') },
        ...(chromiumPath === null ? {} : { CHROMIUM_PATH: chromiumPath }),
        ...options.environment,
      },
    },
  )
  let log = ''
  child.stderr.on('data', (chunk) => {
    log += chunk
  })
  const ended = once(child, 'exit').then(([code]) => Number(code))
  cleanups.add(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
    await ended
  })
  return { ended, log: () => log, processId: child.pid ?? 0, dataFolder, work }
}

/** Names the directive of every violation that the page's own console told the shell of. */
function violationsIn(log: string): string[] {
  const told = log.split('\n').filter((line) => /Content Security Policy/i.test(line))
  return told.map(
    (line) => /\b([a-z]+-src(?:-elem|-attr)?|base-uri|form-action|frame-ancestors)\b/.exec(line)?.[1] ?? line,
  )
}

async function openShell(cleanups: Cleanups, appFolder: string): Promise<Shell> {
  const outside = await startOutsideServer(cleanups)
  const program = await startProgram(cleanups, appFolder, {})
  const screen = await openKioskScreen(program.dataFolder)
  cleanups.add(() => screen.close())
  await screen.shows('unlinked')
  const { page } = screen
  const devTools = await page.context().newCDPSession(page)
  let seen = 0
  return {
    ...program,
    page,
    devTools,
    home: page.url(),
    outside,
    homeFolder: program.work,
    async pageCount() {
      const { targetInfos } = await devTools.send('Target.getTargets')
      return targetInfos.filter(({ type }) => type === 'page').length
    },
    async dropPolicy() {
      await devTools.send('Page.setBypassCSP', { enabled: true })
      await page.reload()
      await screen.shows('unlinked')
    },
    takeViolations() {
      const all = violationsIn(program.log())
      const taken = all.slice(seen)
      seen = all.length
      return taken
    },
  }
}

type Fixtures = {
  shell: Shell
  startShell: (options: ProgramOptions) => Promise<ShellProgram>
}

export const test = base.extend<Fixtures & ShellOptions>({
  appFolder: [join(import.meta.dirname, '..'), { option: true }],
  shell: async ({ appFolder }, use, testInfo) => {
    const cleanups = createCleanups()
    try {
      const shell = await openShell(cleanups, appFolder)
      await use(shell)
      if (testInfo.status !== testInfo.expectedStatus) console.log(shell.log())
      base.expect(shell.takeViolations(), 'violations of the content security policy').toEqual([])
    } finally {
      await cleanups.run()
    }
  },
  startShell: async ({ appFolder }, use) => {
    const cleanups = createCleanups()
    await use((options) => startProgram(cleanups, options.appFolder ?? appFolder, options))
    await cleanups.run()
  },
})

export { expect } from '@playwright/test'

/** For what only Electron's own binary can show: counted as *not run* elsewhere, never as passed. */
export function needsElectron(what: string): void {
  if (chooseShellRuntime().runtime === 'electron') return
  const description = `${what}: needs Electron`
  test.info().annotations.push({ type: 'not-run', description })
  test.skip(true, description)
}
