/** Has the helper say at its start what was changed of its own program; the screen shows it among its events. Ends nothing. */
import type { Log } from '../log.ts'
import { judgeProgram } from './judge-program.ts'
import { checkOwnProgram } from './own-program.ts'

/** Whoever can change the program can change this look as well: it is for damage and for the careless. */
export async function reportProgram(helperFolder: string, trustFolder: string, log: Log): Promise<void> {
  try {
    const { state, code, found } = judgeProgram(await checkOwnProgram(helperFolder, trustFolder))
    if (state === 'failed') log.error({ event: 'program.changed', code, found }, 'the program is not as it was built')
  } catch (error) {
    log.warn({ event: 'program.changed', err: error }, 'the program’s files cannot be looked at')
  }
}
