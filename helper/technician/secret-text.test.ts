import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readSecretText } from '../../contract/secret-text.ts'

describe('a secret in a file', () => {
  it.each(['hex', 'base64url'] as const)('is read from %s', (encoding) => {
    for (const secret of [randomBytes(32), Buffer.alloc(32), Buffer.alloc(32, 255)]) {
      expect(readSecretText(` ${secret.toString(encoding)}\n`)).toEqual(new Uint8Array(secret))
    }
  })

  it('is read from hex in capitals', () => {
    expect(readSecretText('AB'.repeat(32))).toEqual(new Uint8Array(32).fill(0xab))
  })

  it.each([
    ['nothing', ''],
    ['too little', 'ab'.repeat(31)],
    ['too much', 'ab'.repeat(33)],
    ['two lines', `${'ab'.repeat(16)}\n${'ab'.repeat(16)}`],
    ['base64 with padding', `${'_'.repeat(42)}8=`],
    ['base64 of another alphabet', `${'/'.repeat(42)}8`],
    ['a second spelling of the same bytes', `${'_'.repeat(42)}9`],
  ])('is not read from %s', (_what, text) => {
    expect(readSecretText(text)).toBeNull()
  })
})
