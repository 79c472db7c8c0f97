/** Writes docs/configuration.md and docs/kiosk.schema.json from the schema that kiosks use. Adds no fact of its own about a setting. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SETTINGS } from '../contract/config-settings.ts'
import { kioskJsonSchema, listSettings, withoutNull } from '../contract/kiosk-schema.ts'
import { contentOf } from '../helper/bundle/bundle-content.ts'
import { CONSEQUENCES } from '../helper/bundle/describe-change.ts'
import { PROVIDER_FORMS } from '../helper/bundle/provider-forms.ts'
import { effectOfSetting } from '../helper/config/change-effects.ts'

const DOCS = join(import.meta.dirname, '..', 'docs')

const INTRO = `# Configuration

<!-- Written by "npm run docs" from contract/kiosk-config.ts, contract/config-settings.ts and helper/bundle/provider-forms.ts. -->

A kiosk is configured by a *bundle*: a folder with \`kiosk.json\` and the files that it names. The helper reads it from
\`KIOSK_BUNDLE_DIR\`, else from \`/etc/digital-receptionist\`. One bundle serves a kiosk, a site or a whole fleet, and holds no secret:
kiosks are public clients. Another tenant, building or brand is another bundle, never another build.

\`kioskctl bundle\` makes, checks and compares bundles on any machine, without a kiosk ([how to run it](operations.md#running-kioskctl)):

| command | |
| --- | --- |
| \`bundle create FOLDER\` | asks at a terminal for what is missing, or takes all from options; never overwrites without \`--force\` |
| \`bundle check FOLDER\` | one line a fault, with its place and what to do; then warnings of what works and is unwise. Exit code 1 for a fault, with \`--strict\` for a warning too; \`--device ID\` looks it up in \`sites\`; \`--json\` for programs |
| \`bundle diff BEFORE AFTER\` | what changed, and what that does to a running kiosk |
| \`bundle schema\` | the JSON Schema below |

What \`check\` says of some forty broken bundles stands in [broken-bundles.txt](broken-bundles.txt). It refuses what a kiosk refuses, and
besides a logo that cannot be shown, a private key in the folder, and files that everybody may change; a kiosk works with the
last three. Where the bundle was signed, it names every file that was changed, added or taken away since; who signed it, only a kiosk
with its keys can tell. It warns of folders in the bundle, which no kiosk reads and no signature covers. On Windows it does not look at who may
change files, and says so.

## In an editor

[kiosk.schema.json](kiosk.schema.json) is the JSON Schema of \`kiosk.json\`. An editor that knows it (Visual Studio Code does by
itself) completes settings, explains them and marks mistakes. Name it at the top of the file,

\`\`\`json part
{ "$schema": "./kiosk.schema.json" }
\`\`\`

or map \`kiosk.json\` to it in the editor’s own settings (\`json.schemas\`). The place is the editor’s affair: a kiosk takes no notice
of \`$schema\`. What an editor cannot see, such as a tenant that does not fit its issuer, \`bundle check\` does.
`

const DEVICE = `## Which device this is

The same bundle may lie on every device of a fleet. A device’s id is, in this order:

1. the one in its certificate, which cannot be copied from device to device ([device certificates](device-certificates.md#on-a-kiosk));
2. \`device.id\`;
3. the host name.

Its name and place are what \`sites\` says of that id, letter by letter. A mistake in that table never stops a fleet:

| what is odd | what the kiosk does |
| --- | --- |
| the device is not listed, and others are | shows its id in place of a name, and works |
| it is listed twice | takes the first entry |
| it goes by a host name that is none (\`localhost\`) | works; whatever is bound to the device is lost when its name changes |
| its certificate says otherwise than \`device.id\` | takes the certificate’s |

It says so in its log (\`bundle.notice\`) and in \`kioskctl diagnostics\`, and \`bundle check\` warns beforehand. \`check\` also warns of ids
that differ by the size of their letters alone, of a place that is listed twice, and of a \`device.id\` in a bundle for several devices.
`

const CHANGES = `## When a bundle changes

| a change of | |
| --- | --- |
`

const EXAMPLES = `## Examples

A bundle for each provider, as \`bundle create\` makes it. It writes no default, so that a later version’s default counts. Where the
provider’s own page for the phone lives is known, so that \`identity.verificationOrigins\` is for other addresses only.
`

const COMMON = { brand: 'Contoso Reception', 'require-claim': ['groups=reception'] }

/** Names and numbers are invented. */
const EXAMPLE_ANSWERS = {
  entra: {
    ...COMMON,
    'client-id': '0d7e0a0f-6c3e-4b6f-9a53-2f1c9a7b5e10',
    'tenant-id': '8f1d2c3b-4a59-4e68-8776-95a4b3c2d1e0',
    'require-claim': ['roles=Reception.Staff'],
    scope: ['api://contoso-visits/visits.read'],
    'app-url': 'https://reception.contoso.example/kiosk',
    'api-origin': ['https://visits.contoso.example'],
    site: 'Building 4',
    device: ['DR-0042=Main lobby', 'DR-0043=Loading bay'],
  },
  okta: { ...COMMON, 'client-id': '0oa1kiosk', domain: 'contoso.okta.com' },
  descope: { ...COMMON, 'client-id': 'P2abcKiosk', 'project-id': 'P2abcKiosk' },
  pymthouse: { ...COMMON, 'client-id': 'app_kiosk', domain: 'contoso.pymthouse.example' },
  oidc: { ...COMMON, 'client-id': 'reception-kiosk', issuer: 'https://login.contoso.example' },
}

function asOptions(answers) {
  return Object.entries(answers).flatMap(([name, value]) =>
    [value].flat().map((text) => `--${name} ${/^[\w.:/=-]+$/.test(text) ? text : `"${text}"`}`),
  )
}

function example([provider, { title, registration }]) {
  const answers = EXAMPLE_ANSWERS[provider]
  const options = asOptions({ provider, ...answers })
  return [
    `### ${title[0].toUpperCase()}${title.slice(1)}`,
    registration,
    `\`\`\`sh\nnpx kioskctl bundle create contoso-${provider} \\\n  ${options.join(' \\\n  ')}\n\`\`\``,
    `\`\`\`json\n${asJson(contentOf({ provider, ...answers }))}\n\`\`\``,
  ].join('\n\n')
}

/** What has no further lists or objects in it stands in one line. */
function asJson(content) {
  const inner = /([[{])\n\s+([^[\]{}]{1,90}?)\n\s+([\]}])/g
  return JSON.stringify(content, null, 2).replace(inner, (_found, opening, parts, closing) => {
    const gap = opening === '{' ? ' ' : ''
    return `${opening}${gap}${parts.replace(/\n\s+/g, ' ')}${gap}${closing}`
  })
}

const code = (value) => `\`${JSON.stringify(value)}\``

function rangeOf({ minimum, exclusiveMinimum, maximum }) {
  if (minimum !== undefined) return ` from ${minimum} to ${maximum}`
  return exclusiveMinimum === undefined ? '' : ` above ${exclusiveMinimum} and up to ${maximum}`
}

/** In a few words, what may stand there. */
function typeOf(schema) {
  const plain = withoutNull(schema)
  if (plain !== schema) return `${typeOf(plain)}, or \`null\``
  if (schema.const !== undefined) return code(schema.const)
  if (schema.enum) return `${schema.enum.slice(0, -1).map(code).join(', ')} or ${code(schema.enum.at(-1))}`
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ')
  switch (schema.type) {
    case 'array':
      return `list of ${typeOf(schema.items)}`
    case 'object':
      return schema.properties ? 'object' : `object: each name with ${typeOf(schema.additionalProperties)}`
    case 'integer':
      return `whole number${rangeOf(schema)}`
    case 'number':
      return `number${rangeOf(schema)}`
    case 'boolean':
      return '`true` or `false`'
    default:
      return schema.format === 'uri' ? 'URL' : 'text'
  }
}

/** Settings, values and names of files as code, so that they stand out and can be copied. */
function asMarkdown(text) {
  const marked = /"([^" ]+)"|\b(?:identity|network|session|access|device)\.[a-zA-Z]+|\bkiosk\.json\b|\{ .* \}/g
  return text.replace(marked, (found, quoted) => `\`${quoted === undefined ? found : `"${quoted}"`}\``)
}

function setting({ path, schema, isRequired }, _index, all) {
  const { says, remedy } = SETTINGS[path]
  const isSection = !path.includes('.') && all.some((other) => other.path.startsWith(`${path}.`))
  const effect = effectOfSetting(path)
  const facts = [
    typeOf(schema),
    isRequired ? 'required' : schema.default === undefined ? 'may be left out' : `default ${code(schema.default)}`,
    ...(effect === null || effect === 'none' ? [] : [`a change ${CONSEQUENCES[effect].split(';')[0]}`]),
  ]
  return [
    `${isSection ? '###' : '####'} \`${path.replaceAll('*', '…')}\``,
    facts.join(' · '),
    asMarkdown(says),
    `**Where it is faulty:** ${asMarkdown(remedy)}`,
  ].join('\n\n')
}

function changesTable(settings) {
  const rows = Object.entries(CONSEQUENCES).map(([kind, consequence]) => {
    const paths = settings.map(({ path }) => path).filter((path) => effectOfSetting(path) === kind)
    const outermost = paths.filter((path) => !paths.some((other) => path.startsWith(`${other}.`)))
    return `| ${outermost.map((path) => `\`${path}\``).join(', ')} | ${consequence} |\n`
  })
  return CHANGES + rows.join('')
}

/** @returns the whole of docs/kiosk.schema.json */
export function schemaFile() {
  return `${JSON.stringify(kioskJsonSchema(), null, 2)}\n`
}

/** @returns the whole of docs/configuration.md */
export function configurationPage() {
  const settings = listSettings(kioskJsonSchema())
  const reference = settings.map(setting).join('\n\n')
  const examples = Object.entries(PROVIDER_FORMS).map(example).join('\n\n')
  return [
    INTRO,
    DEVICE,
    changesTable(settings),
    `${EXAMPLES}\n${examples}\n`,
    `## Settings\n\nEvery setting of \`kiosk.json\`; \`…\` stands for an item of a list.\n\n${reference}\n`,
  ].join('\n')
}

if (import.meta.main) {
  const pages = { 'configuration.md': configurationPage(), 'kiosk.schema.json': schemaFile() }
  for (const [name, content] of Object.entries(pages)) {
    const path = join(DOCS, name)
    if (!process.argv.includes('--check')) {
      writeFileSync(path, content)
    } else if (readFileSync(path, 'utf8') !== content) {
      console.error(`docs/${name} is out of date: run "npm run docs"`)
      process.exitCode = 1
    }
  }
}
