import { chooseShellRuntime } from '../demo/kiosk-processes.ts'
import { expect, test } from './kiosk-test.ts'

test('runs the shell on real Electron, with its own sandboxed renderer', async ({ openWorld }) => {
  if (chooseShellRuntime().runtime !== 'electron') {
    const description = 'real Electron: its executable or a display is missing, so the stand-in ran every other spec'
    test.info().annotations.push({ type: 'not-run', description })
    test.skip(true, description)
  }
  const world = await openWorld({ session: { start: 'touch' } })
  const glass = await world.screen()
  await glass.shows('attract')
  expect(await glass.page.evaluate(() => navigator.userAgent)).toContain('Electron/')
  expect(glass.page.url()).toBe('app://kiosk/index.html')
})
