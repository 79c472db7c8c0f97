import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { takeTurns } from './take-turns.ts'

describe('taking turns', () => {
  it('does no more at once than it may, and answers in the order of the items', async () => {
    let running = 0
    let most = 0
    const results = await takeTurns([5, 1, 4, 2, 3], 2, async (item) => {
      most = Math.max(most, ++running)
      await sleep(item)
      running -= 1
      return item * 10
    })
    expect(results).toEqual([50, 10, 40, 20, 30])
    expect(most).toBe(2)
  })

  it('starts nothing after a failure', async () => {
    const started: number[] = []
    const failing = takeTurns([1, 2, 3, 4, 5, 6], 2, async (item) => {
      started.push(item)
      await sleep(item === 1 ? 1 : 10)
      if (item === 1) throw new Error('one')
    })
    await expect(failing).rejects.toThrow('one')
    expect(started).toEqual([1, 2])
  })
})
