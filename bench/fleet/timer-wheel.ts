/** Virtual time: one bucket per millisecond, one timer per slot. Never looks at a real clock. */

const NONE = -1

export type TimerWheel = {
  /** Sets the slot's timer, in place of the one it may have. A moment past the end never comes. */
  set(slot: number, atMs: number): void
  /** Goes on to that moment and fires every timer before it, in order; one that is set into the past fires next. */
  runUntil(untilMs: number, fire: (slot: number, nowMs: number) => void): void
}

/** Each bucket is a doubly linked list through `next` and `previous`, so that setting and clearing cost the same for any fleet. */
export function createTimerWheel(slots: number, endMs: number): TimerWheel {
  const first = new Int32Array(endMs).fill(NONE)
  const next = new Int32Array(slots)
  const previous = new Int32Array(slots)
  const bucketOf = new Int32Array(slots).fill(NONE)
  let nowMs = 0

  function clear(slot: number): void {
    const bucket = bucketOf[slot] as number
    if (bucket === NONE) return
    const after = next[slot] as number
    const before = previous[slot] as number
    if (before === NONE) first[bucket] = after
    else next[before] = after
    if (after !== NONE) previous[after] = before
    bucketOf[slot] = NONE
  }

  return {
    set(slot, atMs) {
      clear(slot)
      const bucket = Math.max(Math.ceil(atMs), nowMs)
      if (bucket >= endMs) return
      const head = first[bucket] as number
      next[slot] = head
      previous[slot] = NONE
      if (head !== NONE) previous[head] = slot
      first[bucket] = slot
      bucketOf[slot] = bucket
    },
    runUntil(untilMs, fire) {
      for (; nowMs < Math.min(untilMs, endMs); nowMs++) {
        for (let slot = first[nowMs] as number; slot !== NONE; slot = first[nowMs] as number) {
          clear(slot)
          fire(slot, nowMs)
        }
      }
    },
  }
}
