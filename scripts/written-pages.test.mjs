import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ENTRA_HINTS } from '../contract/entra-hints.ts'
import { KIOSK_ERROR_CODES, TROUBLE_CODES } from '../contract/kiosk-error.ts'
import { supportCode } from '../contract/support-code.ts'
import { FAULT_ENTRIES } from './fault-entries.mjs'
import { errorCodesPage } from './write-error-codes.mjs'
import { troubleshootingPage } from './write-troubleshooting.mjs'

const PAGES = [
  ['error-codes.md', errorCodesPage],
  ['troubleshooting.md', troubleshootingPage],
]

describe.each(PAGES)('docs/%s', (name, write) => {
  const page = readFileSync(join(import.meta.dirname, '..', 'docs', name), 'utf8')

  it('is up to date', () => {
    expect(page, 'run "npm run docs"').toBe(write())
  })

  it.each(KIOSK_ERROR_CODES)('names %s with its support code', (code) => {
    expect(page).toContain(code)
    expect(page).toContain(supportCode(code))
  })
})

describe('docs/troubleshooting.md', () => {
  const page = troubleshootingPage()

  it.each(KIOSK_ERROR_CODES)('says of %s what it means, what to do and who does it', (code) => {
    const entry = page.split('\n### ').find((text) => text.startsWith(`${supportCode(code)} · ${code}\n`))
    expect(entry).toMatch(/\n\*\*What to do:\*\* .+\.\n\n\*\*Who:\*\* .+\.\n/)
  })

  it('quotes the screen for each fault that the screen shows', () => {
    const quoted = FAULT_ENTRIES.filter(({ screen }) => screen !== null).map(({ code }) => code)
    expect(quoted.toSorted()).toEqual([...TROUBLE_CODES].toSorted())
  })

  it('names every number of Entra ID that has a hint', () => {
    for (const { numbers } of ENTRA_HINTS) expect(page).toContain(`| ${numbers.join(', ')} |`)
  })
})
