import { describe, expect, it } from 'vitest'
import { ZodError } from 'zod'
import { KioskError } from '../../contract/kiosk-error.ts'
import { isDamage } from './journal-file.ts'

const refusedBy = (code: string) =>
  new KioskError('vault-record-damaged', 'cannot be opened', { cause: Object.assign(new Error(code), { code }) })

describe('what cannot be read of the journal', () => {
  it.each<[string, unknown, boolean]>([
    ['no JSON', new SyntaxError('Unexpected end'), true],
    ['of another form', new ZodError([]), true],
    ['none of ours', new KioskError('vault-record-damaged', 'has a second name'), true],
    ['a link', refusedBy('ELOOP'), true],
    ['a file that may not be read now', refusedBy('EACCES'), false],
    ['a process with too many files', refusedBy('EMFILE'), false],
    ['a disk that answers with an error', Object.assign(new Error('i/o'), { code: 'EIO' }), false],
    ['a folder that others may write to', new KioskError('link-folder-unsafe', 'has mode 777'), false],
  ])('%s: %3$s for damaged', (_what, error, isDamaged) => {
    expect(isDamage(error)).toBe(isDamaged)
  })
})
