/** The commands of kioskctl that need no running helper: each reads its own arguments and answers with an exit code. */
import { AUDIT_COMMAND } from '../audit/audit-command.ts'
import { BUNDLE_COMMAND } from '../bundle/bundle-command.ts'
import { VERIFY_PROGRAM_COMMAND } from '../program/verify-command.ts'
import { doctor } from './doctor.ts'
import { preflight } from './preflight.ts'

/** @param args what follows the command's name */
export type LocalCommand = {
  /** One line for `kioskctl --help`, or several. */
  usage: string
  run(args: readonly string[]): Promise<number>
}

export const LOCAL_COMMANDS: Readonly<Record<string, LocalCommand>> = {
  audit: AUDIT_COMMAND,
  bundle: BUNDLE_COMMAND,
  doctor,
  preflight,
  'verify-program': VERIFY_PROGRAM_COMMAND,
}
