import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ReceiptPayload } from '../../contract/remote-orders.ts'
import { type OwedOrder, openOrderJournal } from './order-journal.ts'

const log = pino({ enabled: false })
const hash = (letter: string) => letter.repeat(43)
const id = (letter: string) => letter.repeat(22)

function owed(letter: string): OwedOrder {
  return {
    deviceId: 'DR-0042',
    orderHash: hash(letter),
    orderId: id(letter),
    order: 'revoke-session',
    metIn: 'signedIn',
    receivedAtEpochMs: 1,
    clock: 'provider',
  }
}

function receiptOf(order: OwedOrder, kind: 'done' | 'refused' = 'done'): ReceiptPayload {
  const outcome = kind === 'done' ? { kind, did: [] } : { kind, reason: 'expired' as const }
  return { ...order, outcome, finishedAtEpochMs: 2 }
}

describe('the journal of orders', () => {
  let stateFolder: string
  beforeEach(async () => {
    stateFolder = await mkdtemp(join(tmpdir(), 'kiosk-orders-'))
  })
  afterEach(() => rm(stateFolder, { recursive: true }))

  const open = (deviceId = 'DR-0042') => openOrderJournal({ stateFolder, deviceId, log })
  const keep = { forgetAfterEpochMs: 5_000, floorEpochMs: 100 }

  it('knows after a restart what was accepted, and what is owed for it', async () => {
    await (await open()).accept(owed('a'), keep)
    const next = await open()
    expect(next.memory.has(id('a'))).toBe(true)
    expect(next.memory.has(id('b'))).toBe(false)
    expect(next.owed()).toEqual([owed('a')])
    expect(next.floorEpochMs()).toBe(100)
  })

  it('owes nothing but the receipt once an order is settled, and remembers it all the same', async () => {
    const journal = await open()
    await journal.accept(owed('a'), keep)
    const receipt = receiptOf(owed('a'))
    await journal.settle(receipt)
    const next = await open()
    expect(next.owed()).toEqual([])
    expect(next.receipts()).toEqual([receipt])
    expect(next.memory.has(id('a'))).toBe(true)
    const [kept] = next.receipts()
    if (kept) next.delivered(kept)
    await next.close()
    expect((await open()).receipts()).toEqual([])
  })

  it('forgets what has expired, and not a moment sooner', async () => {
    const journal = await open()
    await journal.accept(owed('a'), keep)
    journal.forget(4_999)
    expect(journal.memory.has(id('a'))).toBe(true)
    journal.forget(5_000)
    expect(journal.memory.has(id('a'))).toBe(false)
  })

  it('is bounded, and gives up receipts of refusals first', async () => {
    const journal = await open()
    await journal.settle(receiptOf(owed('z')))
    for (let index = 0; index < 40; index += 1) await journal.settle(receiptOf(owed('r'), 'refused'))
    expect(journal.receipts()).toHaveLength(32)
    expect(journal.receipts()[0]).toEqual(receiptOf(owed('z')))
  })

  it('takes orders of before for seen where it was damaged', async () => {
    const journal = await open()
    await journal.accept(owed('a'), keep)
    await writeFile(join(stateFolder, 'orders.json'), (await readFile(join(stateFolder, 'orders.json'))).subarray(9))
    const before = Date.now()
    expect((await open()).memory.beganEpochMs).toBeGreaterThanOrEqual(before)
  })

  it('holds nothing of another device', async () => {
    await (await open()).accept(owed('a'), keep)
    const other = await open('DR-0043')
    expect(other.memory.has(id('a'))).toBe(false)
    expect(other.owed()).toEqual([])
  })

  it('has not seen an order that it could not keep', async () => {
    const journal = await open()
    await rm(stateFolder, { recursive: true })
    await expect(journal.accept(owed('a'), keep)).rejects.toThrow()
    expect(journal.memory.has(id('a'))).toBe(false)
    stateFolder = await mkdtemp(join(tmpdir(), 'kiosk-orders-'))
  })
})
