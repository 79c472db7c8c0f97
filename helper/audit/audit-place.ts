/** Which trail a command is about, and its reading. For whoever may read the state folder; changes nothing. */
import { resolve } from 'node:path'
import { RefusedError } from '../bundle/bundle-io.ts'
import { readHelperEnvironment } from '../config/helper-environment.ts'
import { auditFolderOf } from './audit-folder.ts'
import { type FoundTrail, readTrail } from './read-trail.ts'

/**
 * @param stateFolder of `--state-dir`
 * @throws RefusedError where there is no trail; KioskError `audit-unusable`, `environment-invalid`
 */
export async function findTrail(stateFolder: string | undefined): Promise<{ folder: string; found: FoundTrail }> {
  const given = stateFolder === undefined ? {} : { KIOSK_STATE_DIR: resolve(stateFolder) }
  const environment = readHelperEnvironment({ ...process.env, ...given })
  const found = await readTrail(environment.stateFolder)
  const folder = auditFolderOf(environment.stateFolder)
  if (found.files.length === 0 && found.head === 'absent') {
    throw new RefusedError(`there is no audit trail in ${folder}: name the kiosk’s state folder with --state-dir`)
  }
  return { folder, found }
}
