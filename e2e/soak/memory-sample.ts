/** How much memory each process of a kiosk has for itself. Linux only. */
import { readFile } from 'node:fs/promises'
import type { KioskProcesses } from '../../demo/kiosk-processes.ts'
import { listKioskProcesses } from '../kiosk-family.ts'

/** Kilobytes by the name of the process; of several with one name, together. */
export type MemorySample = ReadonlyMap<string, number>

/** Resident pages that no other process shares: what would come back to the system if this one ended. */
async function readPrivateKb(processId: number): Promise<number> {
  const rollup = await readFile(`/proc/${processId}/smaps_rollup`, 'utf8').catch((error: NodeJS.ErrnoException) => {
    // It ended since it was listed, as a page's process does after a session.
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return ''
    throw error
  })
  const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(rollup)?.[1] ?? 0)
  return field('Private_Dirty') + field('Private_Clean')
}

export async function takeMemorySample(kiosk: KioskProcesses): Promise<MemorySample> {
  const sample = new Map<string, number>()
  for (const { processId, name } of await listKioskProcesses(kiosk)) {
    sample.set(name, (sample.get(name) ?? 0) + (await readPrivateKb(processId)))
  }
  return sample
}
