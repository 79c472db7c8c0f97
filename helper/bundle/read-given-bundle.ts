/** Reads a bundle that somebody named on a command line, on any machine. Its advice is for that person, never for a kiosk. */
import { stat } from 'node:fs/promises'
import type { ProvisioningCode } from '../../contract/kiosk-error.ts'
import { type BundleReading, readBundle } from '../config/read-bundle.ts'

/** In place of what a kiosk's installer is told; each of these comes alone. */
const REMEDIES: Partial<Record<ProvisioningCode, string>> = {
  'bundle-missing': 'Give the folder that holds it, or make one with "kioskctl bundle create".',
  'bundle-unreadable': 'Make it a file that your account may read; on a kiosk, the helper’s account.',
}

function fault(where: string, what: string, remedy: string): BundleReading {
  return { ok: false, problems: [{ code: 'bundle-missing', where, what, remedy }] }
}

/**
 * @param folder absolute; it is `where` a problem lies that is the folder's own
 * @param deviceId whose name and place `sites` should have; null for no device in particular
 */
export async function readGivenBundle(folder: string, deviceId: string | null = null): Promise<BundleReading> {
  const found = await stat(folder).catch((error: NodeJS.ErrnoException) => error)
  if (found instanceof Error) {
    if (found.code === 'ENOENT') return fault(folder, 'does not exist', 'There is no such folder: check its name.')
    if (found.code === 'ENOTDIR') return fault(folder, 'lies in a file', 'Give the folder that holds kiosk.json.')
  } else if (!found.isDirectory()) {
    return fault(folder, 'is no folder', 'Give the folder that holds kiosk.json.')
  }
  const reading = await readBundle(folder, deviceId)
  if (reading.ok) return reading
  const [problem] = reading.problems
  const remedy = problem && REMEDIES[problem.code]
  return problem && remedy !== undefined ? { ok: false, problems: [{ ...problem, remedy }] } : reading
}
