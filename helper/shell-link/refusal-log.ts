/** Logs the first refusal of a kind and counts the rest, so that nobody can flood the log. Never logs what a peer sent. */
import type { LinkRole } from '../../contract/commands.ts'
import { KioskError, type KioskErrorCode } from '../../contract/kiosk-error.ts'

const WINDOW_MS = 60_000

const WORDS = {
  'link.peer-refused': 'peer on the shell link refused',
  'link.peer-cut-off': 'peer on the shell link cut off',
  'link.request-refused': 'request on the shell link refused',
} as const
type RefusalEvent = keyof typeof WORDS

export type RefusalLog = {
  /** Events and codes make the kind: the log takes two lines a minute of each at most. */
  note(event: RefusalEvent, error: unknown, role?: LinkRole): void
  /** Sums up what was only counted so far, and ends. */
  close(): void
}

type Kind = { event: RefusalEvent; code: KioskErrorCode; furtherCount: number; timer: NodeJS.Timeout }

export function createRefusalLog(log: { warn(fields: object, words: string): void }): RefusalLog {
  const kinds = new Map<string, Kind>()

  function sumUp(name: string, { event, code, furtherCount, timer }: Kind): void {
    clearTimeout(timer)
    kinds.delete(name)
    if (furtherCount > 0) log.warn({ event, code, count: furtherCount }, `${WORDS[event]}, further ones`)
  }

  return {
    note(event, error, role) {
      const code = error instanceof KioskError ? error.code : 'unexpected'
      const name = `${event} ${code}`
      const known = kinds.get(name)
      if (known) {
        known.furtherCount += 1
        return
      }
      // The log must not keep a helper alive that is about to end.
      const timer = setTimeout(() => sumUp(name, kind), WINDOW_MS).unref()
      const kind: Kind = { event, code, furtherCount: 0, timer }
      kinds.set(name, kind)
      // An error that is not of ours is a fault of the helper: its stack is wanted. The cause of one of ours may quote a peer.
      const why = error instanceof KioskError ? { why: error.message } : { err: error }
      log.warn({ event, code, count: 1, role, ...why }, WORDS[event])
    },
    close() {
      for (const [name, kind] of [...kinds]) sumUp(name, kind)
    },
  }
}
