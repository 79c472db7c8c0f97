/** Does many things a few at a time. Never starts another one after a failure. */

/** @returns what each came to, in the order of the items */
export async function takeTurns<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length)
  const left = items.entries()
  const failing = new AbortController()
  const worker = async () => {
    for (const [index, item] of left) {
      if (failing.signal.aborted) return
      results[index] = await work(item)
    }
  }
  const workers = Array.from({ length: atOnce }, worker)
  try {
    await Promise.all(workers)
  } catch (error) {
    failing.abort()
    await Promise.allSettled(workers)
    throw error
  }
  return results
}
