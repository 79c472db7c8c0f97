/** The helper's life under PM2: ready, stop, and the end when PM2 is lost. Never outlives its supervisor. */
import type { Log } from './log.ts'
import { isRestartRequested } from './restart-request.ts'

/**
 * A stop that takes longer is cut short: an orphan must be gone within two seconds. A planned one may wait for a renewal
 * whose answer has replaced the refresh token already. Both stay below the `kill_timeout` that PM2 is given.
 */
const STOP_LIMIT_MS = { plain: 1_800, planned: 8_000 }

/** Exit code of a crash: PM2 restarts it. */
const EXIT_SUPERVISOR_LOST = 70

export type StopHow = {
  /** The helper is started anew right away: it may hand the session over. Otherwise it must leave nothing. */
  planned: boolean
  /** Aborts when a planned stop has become a plain one. */
  cancelled: AbortSignal
}

export type Supervision = {
  /** Tells PM2 that the helper works; without PM2 nobody listens. */
  reportReady(): void
  /** Stops cleanly; PM2 starts the helper anew. */
  end(why: string, how: { exitCode: number; planned: boolean }): void
}

/** @param stop ends the session and closes the link; called at most once */
export function superviseHelper(stop: (how: StopHow) => Promise<void>, log: Log): Supervision {
  const cancelled = new AbortController()
  let stopping = false
  let cutShort: NodeJS.Timeout | undefined

  function limitStop(limitMs: number, exitCode: number): void {
    clearTimeout(cutShort)
    cutShort = setTimeout(() => process.exit(exitCode || 1), limitMs).unref()
  }

  /** Whatever was planned: nobody starts this helper anew. */
  function cancelPlan(why: string, exitCode: number): void {
    cancelled.abort(new Error(why))
    limitStop(STOP_LIMIT_MS.plain, exitCode)
  }

  function stopOnce(why: string, exitCode: number, isPlanned: () => boolean | Promise<boolean>): void {
    if (stopping) {
      void Promise.resolve(isPlanned()).then((planned) => {
        if (!planned) cancelPlan(why, exitCode)
      })
      return
    }
    stopping = true
    // Holds for the question to PM2 as well.
    limitStop(STOP_LIMIT_MS.plain, exitCode)
    runStop(why, exitCode, isPlanned).then(
      () => process.exit(exitCode),
      (error: unknown) => {
        log.error({ err: error }, 'the helper did not stop cleanly')
        process.exit(exitCode || 1)
      },
    )
  }

  async function runStop(why: string, exitCode: number, isPlanned: () => boolean | Promise<boolean>): Promise<void> {
    const planned = (await isPlanned()) && !cancelled.signal.aborted
    if (planned) limitStop(STOP_LIMIT_MS.planned, exitCode)
    log.info({ why, planned }, 'helper stops')
    await stop({ planned, cancelled: cancelled.signal })
  }

  const isRestart = () => isRestartRequested({ environment: process.env })
  const isNever = () => false

  process.on('SIGINT', () => stopOnce('SIGINT', 0, isRestart))
  // `shutdown_with_message`: how PM2 stops a process where no signal is delivered (Windows).
  process.on('message', (message) => {
    if (message === 'shutdown') stopOnce('shutdown message', 0, isRestart)
  })
  // systemd's, to every process of its unit; PM2 sends none.
  process.on('SIGTERM', () => stopOnce('SIGTERM', 0, isNever))
  // PM2's children survive their god process; an orphan would hold the socket and a session nobody supervises.
  process.on('disconnect', () => stopOnce('PM2 is gone', EXIT_SUPERVISOR_LOST, isNever))
  // It may have gone before anybody listened.
  if (process.send && !process.connected) stopOnce('PM2 is gone', EXIT_SUPERVISOR_LOST, isNever)
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
      if (process.connected) process.send?.('ready')
    },
    end: (why, { exitCode, planned }) => stopOnce(why, exitCode, () => planned),
  }
}
