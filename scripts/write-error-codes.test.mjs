import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ENTRA_HINTS } from '../contract/entra-hints.ts'
import { KIOSK_ERROR_CODES } from '../contract/kiosk-error.ts'
import { supportCode } from '../contract/support-code.ts'
import { errorCodesPage } from './write-error-codes.mjs'

const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'error-codes.md'), 'utf8')

describe('docs/error-codes.md', () => {
  it('is up to date', () => {
    expect(page, 'run "npm run docs"').toBe(errorCodesPage())
  })

  it.each(KIOSK_ERROR_CODES)('has an entry for %s', (code) => {
    expect(page).toContain(`### ${supportCode(code)} · \`${code}\`\n`)
  })

  it('names every number of Entra ID that has a hint', () => {
    for (const { numbers } of ENTRA_HINTS) expect(page).toContain(`| ${numbers.join(', ')} |`)
  })
})
