/** Writes docs/error-codes.md, the long names that logs use; `--check` only says whether it is up to date. */
import { join } from 'node:path'
import { anchorOf, FAULT_ENTRIES } from './fault-entries.mjs'
import { writeOrCheck } from './generated-page.mjs'

const PAGE = join(import.meta.dirname, '..', 'docs', 'error-codes.md')

const INTRO = `# Error codes

<!-- Written by "npm run docs" from contract/kiosk-error.ts. -->

The closed list of codes by which logs, \`kioskctl\` and the kiosk’s own processes name a fault. Each has a support code, which
leads to its entry in [troubleshooting.md](troubleshooting.md): what it means, what to do, and who does it.

| code | support code | where it shows |
| --- | --- | --- |
`

const PLACES = {
  trouble: 'on the screen, `kioskctl`, logs',
  provisioning: 'on the set-up screen, `kioskctl`, logs',
  link: '`kioskctl`, logs',
  check: 'checks on the screen, `kioskctl doctor`',
}

/** @returns the whole of docs/error-codes.md */
export function errorCodesPage() {
  const rows = FAULT_ENTRIES.toSorted((one, other) => one.code.localeCompare(other.code, 'en')).map((entry) => {
    const { code, kind, supportCode } = entry
    return `| \`${code}\` | [${supportCode}](troubleshooting.md#${anchorOf(entry)}) | ${PLACES[kind]} |\n`
  })
  return INTRO + rows.join('')
}

if (import.meta.main) writeOrCheck(PAGE, errorCodesPage())
