import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ReceiptPayload } from '../../contract/remote-orders.ts'
import type { OwedOrder } from './journal-changes.ts'
import { type OrderJournal, openOrderJournal } from './order-journal.ts'

const log = pino({ enabled: false })
const hash = (letter: string) => letter.repeat(43)
const id = (letter: string) => letter.repeat(22)
const standing = ({ memory }: OrderJournal, letter: string) => memory.find(id(letter), hash(letter))

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
    expect(standing(next, 'a')).toBe('open')
    expect(standing(next, 'b')).toBe('unknown')
    expect(next.owed()).toEqual([owed('a')])
    expect(next.floorEpochMs()).toBe(100)
  })

  it('owes nothing but the receipt once an order is settled, and remembers it all the same', async () => {
    const journal = await open()
    await journal.accept(owed('a'), keep)
    const receipt = receiptOf(owed('a'))
    await journal.settle(receipt).kept
    const next = await open()
    expect(next.owed()).toEqual([])
    expect(next.receipts()).toEqual([receipt])
    expect(standing(next, 'a')).toBe('open')
    const [kept] = next.receipts()
    if (kept) next.delivered(kept)
    expect(standing(next, 'a')).toBe('closed')
    await next.close()
    expect((await open()).receipts()).toEqual([])
  })

  it('forgets what has expired, and not a moment sooner', async () => {
    const journal = await open()
    await journal.accept(owed('a'), keep)
    await journal.settle(receiptOf(owed('a'))).kept
    for (const receipt of journal.receipts()) journal.delivered(receipt)
    journal.noteTime({ kind: 'own', nowEpochMs: 9_000 })
    journal.noteTime({ kind: 'provider', nowEpochMs: 4_999 })
    expect(standing(journal, 'a')).toBe('closed')
    journal.noteTime({ kind: 'provider', nowEpochMs: 5_000 })
    expect(standing(journal, 'a')).toBe('unknown')
  })

  it('is bounded, and gives up receipts of refusals first', async () => {
    const journal = await open()
    await journal.settle(receiptOf(owed('z'))).kept
    for (let index = 0; index < 40; index += 1) await journal.refuse(receiptOf(owed('r'), 'refused'), null)
    expect(journal.receipts()).toHaveLength(32)
    expect(journal.receipts()[0]).toEqual(receiptOf(owed('z')))
  })

  it('takes orders of before for seen where it was damaged, also after a start that wrote nothing, and keeps what was there', async () => {
    const journal = await open()
    await journal.accept(owed('a'), keep)
    const damaged = (await readFile(join(stateFolder, 'orders.json'))).subarray(9)
    await writeFile(join(stateFolder, 'orders.json'), damaged)
    const before = Date.now()
    expect((await open()).memory.beganEpochMs).toBeGreaterThanOrEqual(before)
    const third = await open()
    expect(third.memory.beganEpochMs).toBeGreaterThanOrEqual(before)
    await third.accept(owed('b'), keep)
    const fourth = await open()
    expect(fourth.memory.beganEpochMs).toBe(third.memory.beganEpochMs)
    expect(standing(fourth, 'b')).toBe('open')
    expect(await readFile(join(stateFolder, 'orders-damaged.json'))).toEqual(damaged)
  })

  it('takes nothing while what was seen cannot be read, and goes on with it afterwards', async () => {
    await (await open()).accept(owed('a'), keep)
    await chmod(stateFolder, 0o777)
    const journal = await open()
    await expect(journal.ready()).rejects.toMatchObject({ code: 'link-folder-unsafe' })
    await expect(journal.accept(owed('b'), keep)).rejects.toThrow()
    await chmod(stateFolder, 0o700)
    await journal.ready()
    expect(journal.owed()).toEqual([owed('a')])
    expect(journal.memory.beganEpochMs).toBeNull()
  })

  it('never writes more than it would read, and gives up receipts for it', async () => {
    const journal = await open()
    const outcome = { kind: 'done' as const, did: [], diagnostics: 'x'.repeat(4_096) }
    const receipts = Array.from({ length: 32 }, () => ({ ...receiptOf(owed('z')), outcome }))
    for (const receipt of receipts) await journal.settle(receipt).kept
    await journal.accept(owed('a'), keep)
    const next = await open()
    expect(standing(next, 'a')).toBe('open')
    expect(next.receipts().length).toBeGreaterThan(20)
  })

  it('holds nothing of another device', async () => {
    await (await open()).accept(owed('a'), keep)
    const other = await open('DR-0043')
    expect(standing(other, 'a')).toBe('unknown')
    expect(other.owed()).toEqual([])
  })

  it('has not seen an order that it could not keep', async () => {
    const journal = await open()
    await rm(stateFolder, { recursive: true })
    await expect(journal.accept(owed('a'), keep)).rejects.toThrow()
    expect(standing(journal, 'a')).toBe('unknown')
    stateFolder = await mkdtemp(join(tmpdir(), 'kiosk-orders-'))
  })
})
