/** Writes docs/error-codes.md from the tables that the kiosk itself uses; `--check` only says whether it is up to date. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ENTRA_HINTS } from '../contract/entra-hints.ts'
import { LINK_CODES, PROVISIONING_CODES, TROUBLE_CODES } from '../contract/kiosk-error.ts'
import { OPERATOR_HINTS } from '../contract/operator-hints.ts'
import { supportCode } from '../contract/support-code.ts'

const english = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'renderer', 'languages', 'en.json'), 'utf8'))
const PAGE = join(import.meta.dirname, '..', 'docs', 'error-codes.md')

const INTRO = `# Error codes

<!-- Written by "npm run docs" from contract/operator-hints.ts, contract/entra-hints.ts and renderer/languages/en.json. -->

Every fault of a kiosk, what it means and what to do about it. A fault has a code and a short support code that can be read
out on the phone, both the same on every kiosk. Find them

- on the screen, at its foot: the support code, and behind it what the provider called the fault, where it said so:
  \`${supportCode('provider-refused-client')} · AADSTS7000218\`. Entra ID’s numbers have [a table of their own](#entra-ids-numbers);
- with \`kioskctl state\` on the kiosk, which prints the meaning and the remedy too;
- in the logs of helper and shell, as \`code\`.

Names such as \`identity.issuer\` are settings of \`kiosk.json\`. A kiosk that is not set up yet reads a changed file by itself;
restart the helper of any other.
`

const TROUBLE = `## What the trouble screen shows

The kiosk lives through these: the screen says when it tries again, and it does so by itself. Some pass, some last until
somebody mends the cause. Quoted is what staff read.
`

const PROVISIONING = `## What the set-up screen lists

Nobody can sign in before these are mended. The screen and \`kioskctl state\` list all of them at once, each with its place;
the kiosk goes on by itself within seconds once the last one is mended.
`

const LINK = `## What only logs and kioskctl name

Faults between the kiosk’s own processes. They never reach the screen.
`

const ENTRA = `## Entra ID’s numbers

Microsoft changes these numbers and their texts. The kiosk uses them for these hints only, never to decide anything.

| AADSTS | what to do |
| --- | --- |
`

function bySupportCode(codes) {
  return codes.toSorted((one, other) => supportCode(one).localeCompare(supportCode(other), 'en'))
}

/** Settings, commands and names of errors as code, so that they stand out and can be copied. */
function asMarkdown(text) {
  const code =
    /"([^"]+)"|\b(?:identity|network|session|access|activation)\.[a-zA-Z]+|\b\w+_\w+\b|\bkiosk\.json\b|(?<= )(?:--|\/)[\w./-]+\w/g
  return text.replace(code, (found, quoted) => `\`${quoted ?? found}\``)
}

function entry(code) {
  const { meaning, remedy } = OPERATOR_HINTS[code]
  const notice = { title: english[`trouble.${code}.title`], body: english[`trouble.${code}.body`] }
  return [
    `### ${supportCode(code)} · \`${code}\``,
    ...(notice === undefined ? [] : [`> **${notice.title}**\\\n> ${notice.body}`]),
    asMarkdown(meaning),
    `**What to do:** ${asMarkdown(remedy)}`,
  ].join('\n\n')
}

function section(heading, codes) {
  return [heading, ...bySupportCode(codes).map((code) => `${entry(code)}\n`)].join('\n')
}

/** @returns the whole of docs/error-codes.md */
export function errorCodesPage() {
  const rows = ENTRA_HINTS.map(({ numbers, remedy }) => `| ${numbers.join(', ')} | ${asMarkdown(remedy)} |\n`)
  return [
    INTRO,
    section(TROUBLE, TROUBLE_CODES),
    section(PROVISIONING, PROVISIONING_CODES),
    section(LINK, LINK_CODES),
    ENTRA + rows.join(''),
  ].join('\n')
}

if (import.meta.main) {
  if (!process.argv.includes('--check')) {
    writeFileSync(PAGE, errorCodesPage())
  } else if (readFileSync(PAGE, 'utf8') !== errorCodesPage()) {
    console.error('docs/error-codes.md is out of date: run "npm run docs"')
    process.exitCode = 1
  }
}
