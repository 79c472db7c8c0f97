/** The processes of a kiosk, by what each of them is. Linux only. */
import { readFile } from 'node:fs/promises'
import type { KioskProcesses } from '../demo/kiosk-processes.ts'
import { processFamily } from '../demo/process-family.ts'

/** Draws Chromium's own windows around the stand-in's pages. Electron has none. */
export const BROWSER_INTERFACE = 'shell browser interface'

export type KioskProcess = {
  processId: number
  /** `helper`, `PM2`, or of the shell: `shell main` and Chromium's own words, such as `shell renderer`. */
  name: string
}

export async function listKioskProcesses(kiosk: KioskProcesses): Promise<KioskProcess[]> {
  const helper = await kiosk.processId('helper')
  const listed: KioskProcess[] = [
    { processId: helper, name: 'helper' },
    { processId: kiosk.supervisorId(), name: 'PM2' },
  ]
  for (const processId of await processFamily(await kiosk.processId('shell'))) {
    const command = await readFile(`/proc/${processId}/cmdline`, 'utf8').catch(() => null)
    // A process of the browser may have ended meanwhile.
    if (command === null) continue
    // Electron's browser process is its main process; below the stand-in it is Chromium's own.
    const untyped = command.includes('main.cjs') ? 'main' : 'browser'
    if (command.includes('--top-chrome-webui')) {
      listed.push({ processId, name: BROWSER_INTERFACE })
      continue
    }
    listed.push({ processId, name: `shell ${/--type=([\w-]+)/.exec(command)?.[1] ?? untyped}` })
  }
  return listed
}
