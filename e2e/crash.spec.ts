import { isAlive } from '../demo/kiosk-processes.ts'
import { readQrCode } from '../demo/qr-reader.ts'
import { expect, firstStaff, type KioskWorld, signIn, test } from './kiosk-test.ts'
import { killShellProcesses } from './shell-processes.ts'

/** The promise: a screen that works again by itself within ten seconds. */
const RECOVERY_LIMIT_MS = 10_000

const VICTIMS: Record<string, (world: KioskWorld) => Promise<number> | number> = {
  'the helper': ({ kiosk }) => kiosk.processId('helper'),
  'the shell': ({ kiosk }) => kiosk.processId('shell'),
  'PM2’s god process': ({ kiosk }) => kiosk.supervisorId(),
}

/** Sees a fresh code on whatever screen is up, read from its pixels. */
async function freshCode(world: KioskWorld, oldCode: string, deadlineMs: number): Promise<string | null> {
  while (performance.now() < deadlineMs) {
    const newest = world.watch.seen.at(-1)
    if (newest?.session.kind === 'awaitingApproval' && newest.session.userCode !== oldCode) {
      const { qrText } = newest.session
      const glass = await world.screen()
      const picture = await glass.page.screenshot()
      if (readQrCode(picture) === qrText) return newest.session.userCode
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return null
}

for (const [name, find] of Object.entries(VICTIMS)) {
  for (const moment of ['while a code is shown', 'in a session']) {
    test(`comes back with a fresh code after kill -9 of ${name} ${moment}`, async ({ openWorld }) => {
      const world = await openWorld()
      const { session: old } = await world.watch.until('awaitingApproval')
      if (moment === 'in a session') await signIn(world)
      else await (await world.screen()).shows('awaitingApproval')
      const victim = await find(world)
      const before = { helper: await world.kiosk.processId('helper'), shell: await world.kiosk.processId('shell') }

      const killedAtMs = performance.now()
      process.kill(victim, 'SIGKILL')
      const userCode = await freshCode(world, old.userCode, killedAtMs + RECOVERY_LIMIT_MS)
      expect(userCode, `no fresh code on the screen within ${RECOVERY_LIMIT_MS} ms`).not.toBeNull()
      console.log(`    back after ${Math.round(performance.now() - killedAtMs)} ms`)

      expect(isAlive(victim)).toBe(false)
      // PM2's children survive it; ours end by themselves, so that nothing runs twice.
      if (name.startsWith('PM2')) {
        await expect.poll(() => [before.helper, before.shell].filter(isAlive)).toEqual([])
      }
      await expect.poll(() => world.vaultFiles()).toEqual([])
      const glass = await world.screen()
      await expect(glass.page.getByRole('main')).not.toContainText(firstStaff(world).name)
    })
  }
}

test('ends the session when the kiosk’s own page dies, and shows nobody’s name on the next one', async ({
  openWorld,
}) => {
  test.skip(process.platform !== 'linux', 'looks into /proc')
  const world = await openWorld()
  await signIn(world)
  const shellId = await world.kiosk.processId('shell')
  await killShellProcesses(world.kiosk, 'renderer')
  const { session } = await world.watch.until('ended')
  expect(session.reason).toBe('screen-lost')
  await expect.poll(() => world.vaultFiles()).toEqual([])
  const glass = await world.screen()
  await glass.shows('awaitingApproval')
  await expect(glass.page.getByRole('main')).not.toContainText(firstStaff(world).name)
  // In the same shell: only its page is new.
  expect(await world.kiosk.processId('shell')).toBe(shellId)
})

test('keeps the session over a death of the page where the bundle says so', async ({ openWorld }) => {
  test.skip(process.platform !== 'linux', 'looks into /proc')
  const world = await openWorld({ session: { endOnScreenCrash: false } })
  await signIn(world)
  await killShellProcesses(world.kiosk, 'renderer')
  await expect.poll(() => world.log()).toContain('screen.recovered')
  const glass = await world.screen()
  await glass.shows('signedIn')
  await expect(glass.page.getByRole('main')).toContainText(firstStaff(world).name)
})

test('says that the helper is away, without the old code, while it is', async ({ openWorld }) => {
  const world = await openWorld()
  const glass = await world.screen()
  const { session } = await world.watch.until('awaitingApproval')
  await glass.shows('awaitingApproval')
  // A stopped PM2 restarts nothing, so that the moment lasts.
  process.kill(world.kiosk.supervisorId(), 'SIGSTOP')
  process.kill(await world.kiosk.processId('helper'), 'SIGKILL')
  await glass.shows('unlinked')
  expect(readQrCode(await glass.page.screenshot())).toBeNull()
  process.kill(world.kiosk.supervisorId(), 'SIGCONT')
  await glass.shows('awaitingApproval')
  expect(readQrCode(await glass.page.screenshot())).not.toBe(session.qrText)
})
