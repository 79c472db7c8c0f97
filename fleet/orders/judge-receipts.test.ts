import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { judgeReceipts } from './judge-receipts.ts'

const NOBODY = { check: async () => ({ kind: 'bad', why: 'foreign-certificate' }) as const }
const bytes = (text: string) => new TextEncoder().encode(text)

describe('what calls itself a receipt', () => {
  it('is judged in turn, and of a flood no more than can wait', async () => {
    const judged: string[] = []
    const judge = judgeReceipts(NOBODY, (deviceId) => judged.push(deviceId))
    for (let count = 0; count < 5_000; count += 1) judge.take('DR-0001', bytes('x'))
    judge.take('DR-0002', bytes('x'))
    await expect.poll(() => judged.filter((id) => id === 'DR-0001').length).toBeGreaterThan(999)
    await wait(0)
    const { length } = judged.filter((id) => id === 'DR-0001')
    expect(length + (judge.dropped().get('DR-0001') ?? 0)).toBe(5_000)
    expect(length).toBeLessThan(1_100)
    expect(judged.indexOf('DR-0002')).toBeLessThan(10)
    expect(judge.dropped().has('DR-0002')).toBe(false)
  })
})
