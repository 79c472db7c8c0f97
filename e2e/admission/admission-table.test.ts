import { expect, it } from 'vitest'
import {
  type AdmissionCell,
  type AdmissionSeen,
  describeAdmissions,
  describeSeen,
  expectedOf,
  isAsExpected,
} from './admission-table.ts'

const cell = (
  change: AdmissionCell['change'],
  state: AdmissionCell['state'],
  seen: Partial<AdmissionSeen> = {},
): AdmissionCell => ({ change, state, kind: 'seen', seen: { ...expectedOf(change, state), ...seen } })

it('puts what was seen into a row for each state and a column for each change', () => {
  expect(describeAdmissions([cell('rotated', 'signedIn'), cell('suspended', 'signedIn')]).split('\n')).toEqual([
    '| on the screen | certificate replaced | device suspended, later active again |',
    '| --- | --- | --- |',
    '| `signedIn` | `signedIn`; new certificate in use | `ended` (device-refused), wiped; a code at a touch |',
  ])
})

it('says where somebody had to touch the screen to learn it', () => {
  expect(describeSeen(expectedOf('away', 'attract'))).toBe(
    'at the next touch `trouble` (gateway-unreachable); a code by itself',
  )
})

it('counts a session that was left, a request that got past, and a cell that broke as not as expected', () => {
  expect(isAsExpected(cell('revoked', 'signedIn'))).toBe(true)
  for (const seen of [{ isWiped: false }, { hasLeaked: true }, { screen: 'signedIn' }]) {
    const otherwise = cell('revoked', 'signedIn', seen)
    expect(isAsExpected(otherwise)).toBe(false)
    expect(describeAdmissions([otherwise])).toContain('NOT AS EXPECTED')
  }
  expect(isAsExpected({ change: 'away', state: 'ended', kind: 'broken', why: 'no helper' })).toBe(false)
})
