/** Writes docs/troubleshooting.md from the tables that the kiosk itself uses; `--check` only says whether it is up to date. */
import { join } from 'node:path'
import { ENTRA_HINTS } from '../contract/entra-hints.ts'
import { supportCode } from '../contract/support-code.ts'
import { asMarkdown, FAULT_ENTRIES, headingOf } from './fault-entries.mjs'
import { writeOrCheck } from './generated-page.mjs'

const PAGE = join(import.meta.dirname, '..', 'docs', 'troubleshooting.md')

const INTRO = `# Troubleshooting

<!-- Written by "npm run docs" from contract/operator-hints.ts, contract/entra-hints.ts and renderer/languages/en.json. -->

Every fault of a kiosk by its support code: what the screen says, what it means, what to do and who does it. The same fault
has the same code on every kiosk, in every language. You find the code

- on the screen, at its foot; behind it stands what the provider called the fault, where it said so:
  \`${supportCode('provider-refused-client')} · AADSTS7000218\`. Entra ID’s numbers have [a table of their own](#entra-ids-numbers);
- in the support overlay (hold the brand mark for three seconds), as that of the last fault, also when it has passed;
- with \`kioskctl state\` on the kiosk, which prints meaning and remedy too.

Logs name a fault by its long name: [error-codes.md](error-codes.md) lists those. Names such as \`identity.issuer\` are settings of
\`kiosk.json\`.

## Where to begin

| what you see | what to do first |
| --- | --- |
| a sentence and a support code | look the code up below |
| *This kiosk is not set up yet*, and a list | each line says what to mend; the kiosk goes on by itself within seconds |
| a code that nobody can approve: the phone shows an error | the phone’s error is the provider’s: see [Entra ID’s numbers](#entra-ids-numbers), or the sign-in in the provider’s log at that time |
| *not activated yet* in the small print at the top | nothing, if people sign in; whose sign-in activates a kiosk says [operations.md](operations.md#putting-a-kiosk-into-service) |
| *Reception is not answering* after the sign-in | the web app of \`app.url\`, not the kiosk: open it from another machine in the same network |
| a dark screen | touch it; if it stays dark, the display or its cable |
| a screen that does not react | wait ten seconds, the kiosk restores it by itself; then restart the device |
| nothing of this | \`kioskctl doctor\` on the kiosk: it runs every check and says what to do |
`

const SECTIONS = [
  {
    kind: 'trouble',
    intro: `## What the screen shows

The kiosk lives through these: the screen says when it tries again, and it does so by itself. Some pass, some last until
somebody mends the cause. Quoted is what staff read.
`,
  },
  {
    kind: 'provisioning',
    intro: `## What the set-up screen lists

Nobody can sign in before these are mended. The screen and \`kioskctl state\` list all of them at once, each with its place.
`,
  },
  {
    kind: 'link',
    intro: `## What only logs and kioskctl name

Faults between the kiosk’s own processes. They never reach the screen.
`,
  },
  {
    kind: 'check',
    intro: `## What only checks find

“Run checks” on the screen and \`kioskctl doctor\` run the same checks; these faults show nowhere else.
`,
  },
]

const ENTRA = `## Entra ID’s numbers

Microsoft changes these numbers and their texts. The kiosk uses them for these hints only, never to decide anything. How a tenant
is set up says [entra.md](entra.md).

| AADSTS | what to do |
| --- | --- |
`

function entryText(entry) {
  const { screen, meaning, remedy, who } = entry
  return [
    `### ${headingOf(entry)}`,
    ...(screen === null ? [] : [`> **${screen.title}**\\\n> ${screen.body}`]),
    meaning,
    `**What to do:** ${remedy}`,
    `**Who:** ${who}.`,
  ].join('\n\n')
}

/** @returns the whole of docs/troubleshooting.md */
export function troubleshootingPage() {
  const sections = SECTIONS.map(({ kind, intro }) => {
    const entries = FAULT_ENTRIES.filter((entry) => entry.kind === kind)
    return [intro, ...entries.map((entry) => `${entryText(entry)}\n`)].join('\n')
  })
  const rows = ENTRA_HINTS.map(({ numbers, remedy }) => `| ${numbers.join(', ')} | ${asMarkdown(remedy)} |\n`)
  return [INTRO, ...sections, ENTRA + rows.join('')].join('\n')
}

if (import.meta.main) writeOrCheck(PAGE, troubleshootingPage())
