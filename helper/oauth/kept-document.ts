/** A public document of a provider's, kept with its age and fetched again behind whatever is going on. Holds no secret. */
import type { z } from 'zod'
import { KioskError } from '../../contract/kiosk-error.ts'
import type { Log } from '../log.ts'

/** From this age on a document is not used before it was fetched again. */
const TOO_OLD_MS = 24 * 3_600_000

export type Dated<T> = { fetchedAtEpochMs: number; value: T }

export type KeptDocument<T> = {
  /** The document; fetched now only where none is known or the known one is too old. */
  get(): Promise<T>
  /** Fetches a stale document again, without anybody waiting for it. */
  refreshBehind(): void
  /** Takes one that came along otherwise, if it is one. */
  note(answer: unknown): void
  /** The known one is wrong: the next `get` fetches. */
  distrust(): void
  known(): Dated<T> | null
  /** Milliseconds since it was fetched; null where none is known. */
  ageMs(): number | null
}

/** A moment in the future is one of a clock that was set since: such an age says nothing. */
function isWithin(ageMs: number | null, mostMs: number): boolean {
  return ageMs !== null && ageMs >= 0 && ageMs < mostMs
}

/**
 * Fetching throws what `fetch` throws, and KioskError `provider-answer-invalid` for something that is no such document.
 *
 * @param restored what an earlier process kept
 * @param staleMs from this age on `refreshBehind` fetches
 */
export function keepDocument<T>(options: {
  name: string
  schema: z.ZodType<T>
  fetch: () => Promise<unknown>
  staleMs: number
  restored: Dated<T> | null
  onChange: () => void
  log: Log
}): KeptDocument<T> {
  const { name, schema, staleMs, onChange, log } = options
  let known = options.restored
  let fetching: Promise<T> | null = null

  function take(answer: unknown): T {
    const read = schema.safeParse(answer)
    if (!read.success) {
      throw new KioskError('provider-answer-invalid', `the provider’s ${name} cannot be used`, { cause: read.error })
    }
    known = { fetchedAtEpochMs: Date.now(), value: read.data }
    onChange()
    return read.data
  }

  function fetchOnce(): Promise<T> {
    fetching ??= options
      .fetch()
      .then(take)
      .finally(() => {
        fetching = null
      })
    return fetching
  }

  const ageMs = () => (known ? Date.now() - known.fetchedAtEpochMs : null)
  return {
    get: async () => (known && isWithin(ageMs(), TOO_OLD_MS) ? known.value : fetchOnce()),
    refreshBehind() {
      if (isWithin(ageMs(), staleMs) || fetching) return
      fetchOnce().catch((error: unknown) => log.warn({ err: error }, `the provider’s ${name} cannot be refreshed now`))
    },
    note(answer) {
      if (schema.safeParse(answer).success) take(answer)
    },
    distrust() {
      if (known) known = { ...known, fetchedAtEpochMs: 0 }
    },
    known: () => known,
    ageMs,
  }
}
