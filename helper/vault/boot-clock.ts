/** Which boot this is, and how long it has lasted: what a handover is bound to. Never goes by the wall clock, which may be set. */
import { readFile } from 'node:fs/promises'
import { uptime } from 'node:os'

export type BootClock = {
  /** Random, made by the kernel at each boot. */
  bootId: string
  /** Milliseconds since then, sleep included. */
  upMs(): number
}

/** @returns null on systems whose kernel names no boot: there is no handover on them */
export async function readBootClock(): Promise<BootClock | null> {
  try {
    const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
    return { bootId, upMs: () => uptime() * 1000 }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
