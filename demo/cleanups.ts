/** What has been opened, to be closed in reverse. Never lets one failure keep the rest open. */

export type Cleanups = {
  add(close: () => Promise<void> | void): void
  /** Closes everything added so far; then rejects with the first failure, if there was one. */
  run(): Promise<void>
}

export function createCleanups(): Cleanups {
  const pending: (() => Promise<void> | void)[] = []
  return {
    add: (close) => void pending.push(close),
    async run() {
      const failures: unknown[] = []
      for (let close = pending.pop(); close; close = pending.pop()) {
        try {
          await close()
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
    },
  }
}
