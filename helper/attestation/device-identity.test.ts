import { expect, it } from 'vitest'
import { isNearEnd } from './device-identity.ts'

const DAY_MS = 86_400_000

it.each([
  ['a year', 365, 31, false],
  ['a year', 365, 29, true],
  ['nine days', 9, 4, false],
  ['nine days', 9, 2, true],
])(
  'asks for the renewal of a certificate of %s in good time, and not all its life (%#)',
  (_what, days, left, isNear) => {
    expect(isNearEnd({ validFromEpochMs: 0, validUntilEpochMs: days * DAY_MS }, (days - left) * DAY_MS)).toBe(isNear)
  },
)
