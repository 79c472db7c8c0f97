/** What goes on for the code or the session in progress, one piece at a time. Never decides what comes next. */
import type { Log } from '../log.ts'

export type SessionWork = {
  /** Of the code or the session in progress. */
  signal(): AbortSignal
  /** Single flight: what ran before is aborted. */
  begin(work: (signal: AbortSignal) => Promise<void>): void
  abort(why: string): void
  /** Resolves, and never rejects, when the piece that was begun last is over. */
  done(): Promise<void>
  /** Also the end of a session is waited for by a stop. */
  track(ending: Promise<unknown>): void
  /** Resolves when nothing is under way any more. */
  settle(): Promise<void>
}

export function createSessionWork(log: Log): SessionWork {
  let running = new AbortController()
  let working: Promise<void> = Promise.resolve()
  /** Requests and wipes under way, which a stop waits for. */
  const endings = new Set<Promise<unknown>>()

  function track(ending: Promise<unknown>): void {
    endings.add(ending)
    void ending.finally(() => endings.delete(ending))
  }

  return {
    track,
    signal: () => running.signal,
    begin(work) {
      running.abort(new Error('something newer began'))
      running = new AbortController()
      const { signal } = running
      working = work(signal).catch((error: unknown) => {
        if (!signal.aborted) log.error({ err: error }, 'session work failed')
      })
      // A stop waits for an answer that is on its way: the tokens in it are revoked.
      track(working)
    },
    abort: (why) => running.abort(new Error(why)),
    done: () => working,
    async settle() {
      while (endings.size > 0) await Promise.allSettled(endings)
    },
  }
}
