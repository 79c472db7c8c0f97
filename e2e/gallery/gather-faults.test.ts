import { expect, it } from 'vitest'
import { gatherFaults } from './gather-faults.ts'

it('says each fault once, the most frequent first, with the first places that it is in', () => {
  const found = ['attract', 'preparing', 'ended', 'trouble'].map((where) => ({ where, fault: 'small target' }))
  expect(gatherFaults([{ where: 'starting', fault: 'cut text' }, ...found])).toEqual([
    'small target (in attract, preparing, ended and 1 others)',
    'cut text (in starting)',
  ])
})
