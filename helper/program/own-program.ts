/** The program that this very process belongs to, looked at by the keys of this machine. Only looks. */
import { dirname } from 'node:path'
import { isPackagedHelper } from '../config/packaged.ts'
import { RELEASE_KEYS_FILE, readTrust, trustedOwners } from '../trust/read-trust.ts'
import { checkProgram, type ProgramFindings } from './check-program.ts'

/** @param helperFolder where the built files lie, in a package below its resources */
export async function checkOwnProgram(helperFolder: string, trustFolder: string): Promise<ProgramFindings> {
  if (!isPackagedHelper(helperFolder)) return { kind: 'not-packaged' }
  const trust = await readTrust(trustFolder, trustedOwners({ isPackaged: true }), RELEASE_KEYS_FILE)
  return checkProgram(dirname(helperFolder), trust)
}
