/** Events in the order in which they came, waiting to be taken. Never drops one. */

export type EventQueue<T> = {
  put(event: T): void
  /** The oldest event not yet taken; rejects with the signal's reason. */
  take(signal?: AbortSignal): Promise<T>
}

export function createEventQueue<T>(): EventQueue<T> {
  const waiting: T[] = []
  const takers = new Set<(event: T) => void>()
  return {
    put(event) {
      const [taker] = takers
      if (taker) taker(event)
      else waiting.push(event)
    },
    take(signal) {
      signal?.throwIfAborted()
      const [event] = waiting.splice(0, 1)
      if (event !== undefined) return Promise.resolve(event)
      const { promise, resolve, reject } = Promise.withResolvers<T>()
      const taker = (taken: T) => {
        stop()
        resolve(taken)
      }
      const giveUp = () => {
        stop()
        reject(signal?.reason)
      }
      const stop = () => {
        takers.delete(taker)
        signal?.removeEventListener('abort', giveUp)
      }
      takers.add(taker)
      signal?.addEventListener('abort', giveUp)
      return promise
    },
  }
}
