import { describe, expect, it } from 'vitest'
import type { AuditHead } from '../../contract/audit-head.ts'
import { alarmWords, type KeptHead, noteHead } from './audit-heads.ts'

const headOf = (sequence: number, letter = 'a'): AuditHead => ({
  deviceId: 'DR-0042',
  sequence,
  hash: letter.repeat(64),
  atEpochMs: 1_800_000_000_000 + sequence,
})

/** After all of these, one after the other. */
function after(...heads: AuditHead[]): KeptHead {
  const kept = heads.reduce<KeptHead | undefined>(
    (before, head) => noteHead(before, head, `jws of ${head.sequence}`),
    undefined,
  )
  if (!kept) throw new Error('there is one')
  return kept
}

describe('the highest head of a kiosk', () => {
  it('moves on with its trail', () => {
    expect(after(headOf(4), headOf(9, 'b'))).toEqual({ head: headOf(9, 'b'), jws: 'jws of 9', alarm: null })
  })

  it('is the same object where the same head comes again', () => {
    const kept = after(headOf(4))
    expect(noteHead(kept, headOf(4), 'another signature of it')).toBe(kept)
  })

  it.each<[string, AuditHead, string, string]>([
    ['falls back', headOf(3), 'fell-back', 'it reports line 3, and had reported line 4'],
    ['has another line under its number', headOf(4, 'b'), 'other-line', 'it reports another line 4 than before'],
  ])('raises an alarm where the trail %s', (_what, head, kind, words) => {
    const kept = after(headOf(4), head)
    expect(kept).toMatchObject({ head: headOf(4), jws: 'jws of 4', alarm: { kind, reported: head } })
    expect(alarmWords(kept)).toContain(words)
  })

  it('stays where it was after an alarm, also once the new trail has outgrown it', () => {
    expect(after(headOf(4), headOf(3), headOf(5, 'c'))).toMatchObject({ head: headOf(4), alarm: { kind: 'fell-back' } })
  })
})
