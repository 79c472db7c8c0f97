/** People signing in at a real kiosk, one after the other, and starts of its screen between them. Measures nothing by itself. */
import type { Cleanups } from '../../demo/cleanups.ts'
import type { KioskScreen } from '../../demo/kiosk-screen.ts'
import { openPaintKiosk, type PaintKiosk } from './paint-kiosk.ts'
import { createPaintMeter, type PaintDelay } from './paint-meter.ts'
import type { PaintOptions } from './paint-options.ts'

export type PaintRun = {
  runtime: string
  delays: readonly PaintDelay[]
  replaced: number
  /** From the start of the page's navigation to its word that a code is on the glass. */
  firstCodeMs: number[]
}

/** A code of a later generation than this that is on the glass. */
async function untilCodeIsPainted({ until }: PaintKiosk, after = -1) {
  const { session, painted } = await until(
    'code on the glass',
    (snapshot) =>
      snapshot.session.kind === 'awaitingApproval' &&
      snapshot.session.generation > after &&
      snapshot.painted?.sequence === snapshot.sequence,
  )
  if (session.kind !== 'awaitingApproval' || painted === null) throw new Error('no code is on the glass')
  return { ...session, paintedAtEpochMs: painted.atEpochMs }
}

async function signInAndOut(world: PaintKiosk, screen: KioskScreen): Promise<void> {
  const { userCode, generation } = await untilCodeIsPainted(world)
  await world.provider.approve(userCode)
  await world.until('question', ({ session }) => session.kind === 'confirming')
  await screen.press('Start shift')
  await world.until('session', ({ session }) => session.kind === 'signedIn')
  await screen.press('End shift')
  await untilCodeIsPainted(world, generation)
}

/** A new shell, a new page. @returns how long the page took to its first code */
async function startScreen(world: PaintKiosk): Promise<{ screen: KioskScreen; firstCodeMs: number }> {
  const { generation } = await untilCodeIsPainted(world)
  await world.kiosk.pm2('restart', 'shell')
  // The code that nobody watched over is replaced, and the new screen paints the next one.
  const { paintedAtEpochMs } = await untilCodeIsPainted(world, generation)
  const screen = await world.screen()
  const startedAtEpochMs = await screen.page.evaluate(() => performance.timeOrigin)
  return { screen, firstCodeMs: paintedAtEpochMs - startedAtEpochMs }
}

/** @param tell called after each person */
export async function runPaint(
  { people, peoplePerStart }: PaintOptions,
  cleanups: Cleanups,
  tell: (line: string) => void,
): Promise<PaintRun> {
  const world = await openPaintKiosk(cleanups)
  const meter = createPaintMeter()
  world.onSnapshot(meter.note)
  const firstCodeMs: number[] = []
  await untilCodeIsPainted(world)
  let screen = await world.screen()
  for (let person = 0; person < people; person++) {
    if (person % peoplePerStart === 0) {
      meter.pause()
      await screen.close()
      const started = await startScreen(world)
      screen = started.screen
      firstCodeMs.push(started.firstCodeMs)
      meter.resume()
    }
    await signInAndOut(world, screen)
    tell(`  ${person + 1} of ${people}`)
  }
  await screen.close()
  return { runtime: world.kiosk.runtime, delays: meter.delays(), replaced: meter.replaced(), firstCodeMs }
}
