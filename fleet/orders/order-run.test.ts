import { describe, expect, it } from 'vitest'
import type { OrderOutcome, ReceiptPayload } from '../../contract/remote-orders.ts'
import { countRun, endRun, isRunOver, startRun, stepRun } from './order-run.ts'
import { remainderText, standingWords, summaryText, wipePhrase, wipeQuestionText } from './order-words.ts'
import { barText } from './report-run.ts'

const HASH = 'h'.repeat(43)
const receiptOf = (outcome: OrderOutcome, orderHash = HASH): ReceiptPayload => ({
  deviceId: 'DR-0001',
  orderHash,
  orderId: null,
  order: null,
  outcome,
  metIn: 'attract',
  receivedAtEpochMs: 1,
  finishedAtEpochMs: 2,
  clock: 'provider',
})
const DONE: OrderOutcome = { kind: 'done', did: ['session-ended'] }
const REPLAYED: OrderOutcome = { kind: 'refused', reason: 'replayed' }

const run = startRun(
  'revoke-session',
  [
    { deviceId: 'DR-0001', orderHash: HASH },
    { deviceId: 'DR-0002', orderHash: 'i'.repeat(43) },
  ],
  1_000,
)
const receipt = (outcome: OrderOutcome, orderHash?: string) =>
  ({ kind: 'receipt', deviceId: 'DR-0001', receipt: receiptOf(outcome, orderHash) }) as const

describe('an order to several kiosks', () => {
  it('is over when each has answered, or has none to answer', () => {
    const sent = stepRun(run, { kind: 'sent', deviceId: 'DR-0001', isAnybodyThere: true }, 1_100)
    const done = stepRun(sent, receipt(DONE), 1_250)
    expect(done.kiosks.get('DR-0001')?.standing).toMatchObject({ kind: 'receipted', afterMs: 250 })
    expect(isRunOver(done)).toBe(false)
    const over = stepRun(done, { kind: 'sent', deviceId: 'DR-0002', isAnybodyThere: false }, 1_300)
    expect(isRunOver(over)).toBe(true)
    expect(countRun(over)).toEqual({ kiosks: 2, done: 1, refused: 0, failed: 0, waiting: 0, notSent: 1 })
    expect(summaryText(over, countRun(over))).toBe(
      'revoke-session to 2 kiosks: 1 done, 0 refused, 0 failed, 0 without a receipt, 1 not sent',
    )
  })

  it('takes no receipt for another order, and none of a kiosk that it was not for', () => {
    expect(stepRun(run, receipt(DONE, 'x'.repeat(43)), 2_000)).toBe(run)
    expect(stepRun(run, { ...receipt(DONE), deviceId: 'DR-0002' }, 2_000)).toBe(run)
    expect(stepRun(run, { ...receipt(DONE), deviceId: 'DR-0009' }, 2_000)).toBe(run)
  })

  it('keeps a receipt that came before the broker’s own answer', () => {
    const early = stepRun(run, receipt(DONE), 1_010)
    expect(stepRun(early, { kind: 'sent', deviceId: 'DR-0001', isAnybodyThere: true }, 1_020)).toBe(early)
  })

  it('counts an order as done though the broker delivered it twice', () => {
    const refused = stepRun(run, receipt(REPLAYED), 1_010)
    const done = stepRun(refused, receipt(DONE), 1_020)
    expect(countRun(done)).toMatchObject({ done: 1, refused: 0 })
    expect(stepRun(done, receipt(REPLAYED), 1_030)).toBe(done)
  })

  it.each<[Parameters<typeof standingWords>[0], string]>([
    [{ kind: 'waiting', isAtBroker: true }, 'no receipt yet: the broker has the order'],
    [{ kind: 'not-sent', why: 'Not authorized' }, 'the broker did not take it: Not authorized'],
    [
      { kind: 'receipted', receipt: receiptOf({ kind: 'failed', reason: 'session-lost', code: null }), afterMs: 1 },
      'failed: session-lost',
    ],
  ])('says how it stands with a kiosk: %j', (standing, words) => {
    expect(standingWords(standing)).toBe(words)
  })

  it('is said to be at the broker only where the broker has said so', () => {
    const ids = ['DR-0001', 'DR-0002', 'DR-0003', 'DR-0004']
    const begun = startRun(
      'revoke-session',
      ids.map((deviceId) => ({ deviceId, orderHash: HASH })),
      0,
    )
    const sent = stepRun(begun, { kind: 'sent', deviceId: 'DR-0001', isAnybodyThere: true }, 1)
    const refused = stepRun(sent, { kind: 'not-sent', deviceId: 'DR-0004', why: 'no' }, 2)
    const ended = endRun(refused, (deviceId) => deviceId === 'DR-0002')
    expect(ids.map((id) => standingWords(ended.kiosks.get(id)?.standing ?? { kind: 'nobody-there' }))).toEqual([
      'no receipt yet: the broker has the order',
      'sent, but not acknowledged: the broker may have it or not',
      'not sent',
      'the broker did not take it: no',
    ])
    expect(countRun(ended)).toMatchObject({ waiting: 1, notSent: 3 })
    expect(remainderText(ended, 0)).toEqual([
      'The broker keeps it for the 1 without a receipt; it counts until 1970-01-01T00:00:00.000Z.',
      'The broker is not known to have the 3 that were not sent: order again.',
    ])
    expect(
      remainderText(
        endRun(begun, () => false),
        0,
      ),
    ).toHaveLength(1)
  })

  it('shows how far it is', () => {
    const counts = { kiosks: 8, done: 1, refused: 1, failed: 0, waiting: 6, notSent: 0 }
    expect(barText(counts)).toBe('[######..................] 2/8')
  })

  it('is confirmed by something that nobody types by mistake', () => {
    expect(wipePhrase(['DR-0001'])).toBe('DR-0001')
    expect(wipePhrase(['DR-0001', 'DR-0002'])).toBe('wipe 2 kiosks')
  })

  it('asks about a wipe with every kiosk by name, and until when it counts', () => {
    const deviceIds = Array.from({ length: 40 }, (_, index) => `DR-${1000 + index}`)
    const text = wipeQuestionText({ deviceIds, lifeSeconds: 3600, isByReports: true }, 0)
    expect(text).toContain(deviceIds.join(' '))
    expect(text).toContain('which is not signed')
    expect(text).toContain('until 1970-01-01T01:00:00.000Z')
    expect(wipeQuestionText({ deviceIds: ['DR-0001'], lifeSeconds: 1, isByReports: false }, 0)).not.toContain('signed:')
  })
})
