/** The helper's life under PM2: ready, stop, and the end when PM2 is lost. Never outlives its supervisor. */
import type { Log } from './log.ts'

/** A stop that takes longer than this is cut short: an orphan must be gone within two seconds. */
const STOP_LIMIT_MS = 1_800

/** Exit code of a crash: PM2 restarts it. */
const EXIT_SUPERVISOR_LOST = 70

export type Supervision = {
  /** Tells PM2 that the helper works; without PM2 nobody listens. */
  reportReady(): void
  /** Stops cleanly; PM2 starts the helper anew. */
  end(why: string, exitCode: number): void
}

/** @param stop ends the session and closes the link; called at most once */
export function superviseHelper(stop: () => Promise<void>, log: Log): Supervision {
  let stopping = false

  function end(why: string, exitCode: number): void {
    if (stopping) return
    stopping = true
    log.info({ why }, 'helper stops')
    setTimeout(() => process.exit(exitCode || 1), STOP_LIMIT_MS).unref()
    stop().then(
      () => process.exit(exitCode),
      (error: unknown) => {
        log.error({ err: error }, 'the helper did not stop cleanly')
        process.exit(exitCode || 1)
      },
    )
  }

  process.on('SIGTERM', () => end('SIGTERM', 0))
  process.on('SIGINT', () => end('SIGINT', 0))
  // `shutdown_with_message`: how PM2 stops a process where no signal is delivered (Windows).
  process.on('message', (message) => {
    if (message === 'shutdown') end('shutdown message', 0)
  })
  // PM2's children survive their god process; an orphan would hold the socket and a session nobody supervises.
  process.on('disconnect', () => end('PM2 is gone', EXIT_SUPERVISOR_LOST))
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'uncaught exception')
    process.exit(1)
  })
  process.on('unhandledRejection', (error) => {
    log.fatal({ err: error }, 'unhandled rejection')
    process.exit(1)
  })

  return {
    reportReady: () => {
      process.send?.('ready')
    },
    end,
  }
}
