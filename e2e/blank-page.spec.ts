import { cpSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openKioskScreen } from '../demo/kiosk-screen.ts'
import { isWhite } from './kiosk-pixels.ts'
import { expect, test } from './shell-test.ts'

/** A copy of the built application, for a test that breaks it. */
function copyApp(appFolder: string): { folder: string; scriptPath: string; pagePath: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-app-'))
  for (const name of ['dist/electron', 'dist/renderer', 'package.json']) {
    cpSync(join(appFolder, name), join(folder, name), { recursive: true, dereference: true })
  }
  const assets = join(folder, 'dist', 'renderer', 'assets')
  const script = readdirSync(assets).find((name) => /^index-.*\.js$/.test(name)) ?? ''
  return {
    folder,
    scriptPath: join(assets, script),
    pagePath: join(folder, 'dist', 'renderer', 'index.html'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

test('notices a page whose script draws nothing, and loads it anew', async ({ startShell, appFolder }) => {
  const app = copyApp(appFolder)
  try {
    const whole = `${app.scriptPath}.whole`
    renameSync(app.scriptPath, whole)
    writeFileSync(app.scriptPath, 'throw new Error("broken")')
    const startedAtMs = performance.now()
    const shell = await startShell({ appFolder: app.folder })
    await expect.poll(() => shell.log(), { timeout: 10_000 }).toContain('broken')
    renameSync(whole, app.scriptPath)
    const screen = await openKioskScreen(shell.dataFolder)
    expect(isWhite(await screen.picture('unlinked'))).toBe(false)
    console.log(`    drawn after ${Math.round(performance.now() - startedAtMs)} ms`)
    expect(shell.log()).toContain('"event":"screen.blank","reason":"nothing was painted in time after a load"')
    await screen.close()
  } finally {
    app.remove()
  }
})

test('shows the calm page when nothing else can be shown, and ends for its supervisor when that lasts', async ({
  startShell,
  appFolder,
}) => {
  const app = copyApp(appFolder)
  try {
    rmSync(app.pagePath)
    const shell = await startShell({ appFolder: app.folder })
    const screen = await openKioskScreen(shell.dataFolder)
    expect(isWhite(await screen.picture('recovering'))).toBe(false)
    await screen.close()
    expect(await shell.ended).toBe(71)
    expect(shell.log().match(/"event":"screen.blank","reason":"not loaded: [^"]+"/g)).toHaveLength(5)
  } finally {
    app.remove()
  }
})
