/** Whether somebody has ended a live command: Ctrl+C, a supervisor, or a reader who has gone. Never swallows a second Ctrl+C. */

/** @returns a signal that is aborted once; from then on Ctrl+C ends the process as it does any other */
export function watchInterruption(): AbortSignal {
  const interruption = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => interruption.abort())
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    interruption.abort()
  })
  return interruption.signal
}
