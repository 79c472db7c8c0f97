import { expect, it } from 'vitest'
import { describeReloads, describeSeen, expectedOf, isAsExpected, type ReloadCell, type Seen } from './reload-table.ts'

const cell = (change: ReloadCell['change'], state: ReloadCell['state'], seen: Partial<Seen> = {}): ReloadCell => ({
  change,
  state,
  kind: 'seen',
  seen: { ...expectedOf(change, state), ...seen },
})

it('puts what was seen into a row for each state and a column for each change', () => {
  expect(describeReloads([cell('brand', 'attract'), cell('other-tenant', 'signedIn')]).split('\n')).toEqual([
    '| on the screen | another brand | another provider |',
    '| --- | --- | --- |',
    '| `attract` | shown at once |  |',
    '| `signedIn` |  | session ended, wiped and revoked; helper starts anew |',
  ])
})

it('says in words what was refused, waited or withdrawn', () => {
  expect(describeSeen(expectedOf('downgraded', 'signedIn'))).toBe(
    'refused (`bundle-version-old`), the last good one runs',
  )
  expect(describeSeen(expectedOf('settings', 'confirming'))).toBe('waits, then helper starts anew')
  expect(describeSeen(expectedOf('other-tenant', 'preparing'))).toBe('code withdrawn; helper starts anew')
})

it('counts a session that was not ended, a token that was not revoked, and a cell that broke as not as expected', () => {
  expect(isAsExpected(cell('other-tenant', 'signedIn'))).toBe(true)
  for (const seen of [{ ended: null }, { isRevoked: false }, { refused: ['bundle-invalid'] }]) {
    const otherwise = cell('other-tenant', 'signedIn', seen)
    expect(isAsExpected(otherwise)).toBe(false)
    expect(describeReloads([otherwise])).toContain('NOT AS EXPECTED')
  }
  expect(isAsExpected({ change: 'brand', state: 'ended', kind: 'broken', why: 'no helper' })).toBe(false)
})
