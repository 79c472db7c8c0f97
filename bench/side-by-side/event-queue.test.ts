import { describe, expect, it } from 'vitest'
import { createEventQueue } from './event-queue.ts'

describe('an event queue', () => {
  it('keeps what nobody waits for, in order', async () => {
    const queue = createEventQueue<number>()
    queue.put(1)
    queue.put(2)
    expect([await queue.take(), await queue.take()]).toEqual([1, 2])
  })

  it('serves those who wait in the order in which they came', async () => {
    const queue = createEventQueue<string>()
    const taken = Promise.all([queue.take(), queue.take()])
    queue.put('first')
    queue.put('second')
    expect(await taken).toEqual(['first', 'second'])
  })

  it('loses nothing to one who gave up', async () => {
    const queue = createEventQueue<number>()
    const ending = new AbortController()
    const taking = queue.take(ending.signal)
    ending.abort(new Error('enough'))
    await expect(taking).rejects.toThrow('enough')
    queue.put(1)
    expect(await queue.take()).toBe(1)
  })
})
