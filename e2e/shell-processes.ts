/** The processes of the browser that a shell runs on, by what they are for. Linux only. */
import { readFile } from 'node:fs/promises'
import type { KioskProcesses } from '../demo/kiosk-processes.ts'
import { processFamily } from '../demo/process-family.ts'

type ProcessType = 'renderer' | 'gpu-process'

/** @returns ids of all that the shell has of this type, spare ones included */
export async function shellProcesses(kiosk: KioskProcesses, type: ProcessType): Promise<number[]> {
  const found: number[] = []
  for (const processId of await processFamily(await kiosk.processId('shell'))) {
    const command = await readFile(`/proc/${processId}/cmdline`, 'utf8').catch(() => '')
    if (command.includes(`--type=${type}`)) found.push(processId)
  }
  return found
}

export async function killShellProcesses(kiosk: KioskProcesses, type: ProcessType): Promise<void> {
  for (const processId of await shellProcesses(kiosk, type)) process.kill(processId, 'SIGKILL')
}
