/** A wait that ends. */
import { setTimeout as sleep } from 'node:timers/promises'

const LIMIT_MS = 30_000

/** Looks every few milliseconds. @throws when it does not come true in time */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>, limitMs = LIMIT_MS): Promise<void> {
  const deadlineMs = performance.now() + limitMs
  while (!(await isTrue())) {
    if (performance.now() > deadlineMs) throw new Error(`${what} did not happen within ${limitMs / 1000} s`)
    await sleep(2)
  }
}
