/** Tells one installation of the operating system from the next, so that a cloned disk is known. Never gives away the machine's own id. */
import { createHmac } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'

const MACHINE_ID = '/etc/machine-id'
/** systemd puts it there when a read-only system gets a new id with every boot: such an id says nothing. */
const PASSING_MACHINE_ID = '/run/machine-id'

/** What machine-id(5) asks for: applications show a keyed hash of it, never the id. */
const APPLICATION = 'digital-receptionist activation'

/** @returns 32 hex digits; null where the system names no installation, or a new one at each boot */
export function readInstallationId(): string | null {
  if (process.platform !== 'linux' || existsSync(PASSING_MACHINE_ID)) return null
  try {
    const machineId = readFileSync(MACHINE_ID, 'utf8').trim()
    if (!/^[0-9a-f]{32}$/.test(machineId)) return null
    return createHmac('sha256', machineId).update(APPLICATION).digest('hex').slice(0, 32)
  } catch {
    // Not every Linux has systemd's file: then installations are not told apart.
    return null
  }
}
