import { describe, expect, it } from 'vitest'
import type { KioskView } from '../contract/window-bridge.ts'
import { newCodeSoonAtMs } from './new-code-soon.ts'

/** Of a view only the session matters. */
const viewOf = (session: object) => ({ kind: 'linked', snapshot: { session } }) as KioskView

describe('newCodeSoonAtMs', () => {
  it.each([
    [
      'a minute before the end of a code',
      { kind: 'awaitingApproval', issuedAtMs: 5_000, expiresAtMs: 905_000 },
      845_000,
    ],
    [
      'never for a code that is over before it was read out',
      { kind: 'awaitingApproval', issuedAtMs: 0, expiresAtMs: 90_000 },
      Infinity,
    ],
    ['never without a code', { kind: 'attract' }, Infinity],
  ])('is %s', (_when, session, expected) => {
    expect(newCodeSoonAtMs(viewOf(session))).toBe(expected)
  })

  it('is never while the helper is away', () => {
    expect(newCodeSoonAtMs({ kind: 'unlinked', everLinked: true })).toBe(Infinity)
  })
})
