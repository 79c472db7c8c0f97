import { execFileSync } from 'node:child_process'
import type { Page } from '@playwright/test'
import { diagnosticsSchema } from '../contract/diagnostics.ts'
import { isAlive } from '../demo/kiosk-processes.ts'
import type { KioskScreen, ScreenKind } from '../demo/kiosk-screen.ts'
import { runKioskctl } from '../demo/kiosk-watch.ts'
import { isWhite } from './kiosk-pixels.ts'
import { expect, type KioskWorld, test } from './kiosk-test.ts'
import { killShellProcesses, shellProcesses } from './shell-processes.ts'

test.skip(process.platform !== 'linux', 'looks into /proc')

/** The promise: a correct screen again within ten seconds, whatever happened to it. */
const RECOVERY_LIMIT_MS = 10_000

/** A loop that no timer and no frame gets past. */
function hang(page: Page): void {
  page
    .evaluate(() => {
      function spinForEver(): void {
        for (;;) if (performance.now() < 0) return
      }
      spinForEver()
    })
    .catch(() => {
      // Its page is gone, which is the point.
    })
}

/** Fills its memory until the system gives it no more, which for the page's processes is soon. */
async function exhaustMemory(world: KioskWorld, page: Page): Promise<void> {
  for (const processId of await shellProcesses(world.kiosk, 'renderer')) {
    execFileSync('/usr/bin/prlimit', ['--data=1', '--pid', String(processId)])
  }
  page
    .evaluate(() => {
      const hoard: unknown[] = []
      for (;;) hoard.push(new Array(100_000).fill({}).map((_, index) => ({ index })))
    })
    .catch(() => {
      // As above.
    })
}

/** What the shell's log holds of this event. */
async function logged(world: KioskWorld, event: string): Promise<Record<string, unknown>[]> {
  const lines = (await world.log()).split('\n').filter((line) => line.startsWith('{') && line.includes('"shell"'))
  return lines.map((line) => JSON.parse(line)).filter((line) => line.event === event)
}

async function incidents({ folders }: KioskWorld) {
  const { stdout } = await runKioskctl(folders.runtime, 'diagnostics', '--json')
  return diagnosticsSchema.parse(JSON.parse(stdout)).screenIncidents
}

/** Sees this screen within the limit, painted by a page that is not the one before, and not white. */
async function comesBack(
  world: KioskWorld,
  kind: ScreenKind,
  happen: (glass: KioskScreen) => Promise<unknown> | unknown,
) {
  const before = (await logged(world, 'screen.recovered')).length
  const old = await world.screen()
  const happenedAtMs = performance.now()
  await happen(old)
  const backs = async () => (await logged(world, 'screen.recovered')).length - before
  await expect.poll(backs, { timeout: RECOVERY_LIMIT_MS, intervals: [50] }).toBeGreaterThan(0)
  console.log(`    back after ${Math.round(performance.now() - happenedAtMs)} ms`)
  // To look takes the test some time of its own.
  const glass = await world.screen()
  expect(isWhite(await glass.picture(kind))).toBe(false)
  return glass
}

test('makes a page anew that was killed, hangs or ran out of memory, ever more calmly, and then starts afresh', async ({
  openWorld,
}) => {
  const world = await openWorld({ session: { start: 'touch' } })
  const glass = await world.screen()
  await glass.shows('attract')
  const shellId = await world.kiosk.processId('shell')

  await comesBack(world, 'attract', () => killShellProcesses(world.kiosk, 'renderer'))
  await comesBack(world, 'attract', ({ page }) => hang(page))
  const [stack] = await logged(world, 'screen.call-stack')
  expect(stack?.stack).toContain('spinForEver')

  const third = comesBack(world, 'attract', ({ page }) => exhaustMemory(world, page))
  await expect.poll(() => logged(world, 'screen.renderer-gone'), { timeout: RECOVERY_LIMIT_MS }).toHaveLength(2)
  const calm = await world.screen()
  expect(isWhite(await calm.picture('recovering'))).toBe(false)
  await third
  expect(await incidents(world)).toMatchObject([
    { kind: 'renderer-gone', reason: 'killed', recoveredAfterMs: expect.any(Number) },
    { kind: 'frozen', reason: 'no frame was painted any more', recoveredAfterMs: expect.any(Number) },
    { kind: 'renderer-gone', reason: expect.stringMatching(/^(oom|crashed)$/), recoveredAfterMs: expect.any(Number) },
  ])

  await comesBack(world, 'attract', () => killShellProcesses(world.kiosk, 'renderer'))
  expect(await world.kiosk.processId('shell')).toBe(shellId)
  await killShellProcesses(world.kiosk, 'renderer')
  await expect.poll(() => isAlive(shellId), { timeout: RECOVERY_LIMIT_MS }).toBe(false)
  const fresh = await world.screen()
  expect(isWhite(await fresh.picture('attract', RECOVERY_LIMIT_MS))).toBe(false)
  expect(await incidents(world)).toHaveLength(5)
})

test('lives through five deaths of the GPU process, and then goes without a GPU until the next day', async ({
  openWorld,
}) => {
  const world = await openWorld({ session: { start: 'touch' } })
  const glass = await world.screen()
  await glass.shows('attract')
  const shellId = await world.kiosk.processId('shell')
  for (let death = 1; death <= 5; death += 1) {
    await killShellProcesses(world.kiosk, 'gpu-process')
    await expect.poll(() => logged(world, 'screen.gpu-gone'), { timeout: RECOVERY_LIMIT_MS }).toHaveLength(death)
    if (death < 5) expect(isWhite(await glass.page.screenshot())).toBe(false)
  }
  await expect.poll(() => isAlive(shellId), { timeout: RECOVERY_LIMIT_MS }).toBe(false)
  const fresh = await world.screen()
  expect(isWhite(await fresh.picture('attract', RECOVERY_LIMIT_MS))).toBe(false)
  expect(await logged(world, 'screen.without-gpu')).toHaveLength(1)
  expect((await incidents(world)).map(({ kind }) => kind)).toEqual(Array.from({ length: 5 }, () => 'gpu-gone'))

  // There is nothing left to give up: it stays as it is, and no shell ends for it again.
  await killShellProcesses(world.kiosk, 'gpu-process')
  await expect.poll(() => logged(world, 'screen.gpu-gone'), { timeout: RECOVERY_LIMIT_MS }).toHaveLength(6)
  await fresh.shows('attract')
})
