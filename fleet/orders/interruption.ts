/** Whether somebody has ended a live command: Ctrl+C, a supervisor, or a reader who has gone. Never swallows a second Ctrl+C. */
import { constants } from 'node:os'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** What a shell says of a program that a signal has ended. */
const ENDED_BY_SIGNAL = 128

function ignoreEpipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

/**
 * @param endsWithReader whether the command is over when nobody reads what it says: one that changes something goes on
 * @returns a signal that is aborted once; from then on Ctrl+C ends the process at once
 */
export function watchInterruption({ endsWithReader }: { endsWithReader: boolean }): AbortSignal {
  const interruption = new AbortController()
  for (const name of SIGNALS) {
    process.once(name, () => {
      interruption.abort()
      process.once(name, () => process.exit(ENDED_BY_SIGNAL + constants.signals[name]))
    })
  }
  process.stdout.on('error', (error) => {
    ignoreEpipe(error)
    if (endsWithReader) interruption.abort()
  })
  process.stderr.on('error', ignoreEpipe)
  return interruption.signal
}
