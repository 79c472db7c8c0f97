/** `kioskctl bundle create`: a bundle from options, and from a person where some are missing. Never takes a secret. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { checkKioskConfig } from '../../contract/check-kiosk-config.ts'
import { askAnswers, isAsked, QUESTIONS } from './ask-answers.ts'
import { contentOf } from './bundle-content.ts'
import { type BundleIo, EXIT, UsageError } from './bundle-io.ts'
import { type BundleFinding, checkBundle } from './check-bundle.ts'
import { describeFinding } from './check-command.ts'
import { type Answers, isProvider, PROVIDER_FORMS } from './provider-forms.ts'
import { type BundleParts, writeBundle } from './write-bundle.ts'

export const CREATE_USAGE = `  bundle create FOLDER [--force]
                         a bundle, asked for at a terminal or given by options:
      --brand NAME --client-id ID
      --provider entra --tenant-id ID [--issuer URL for a national cloud]
      --provider okta --domain D [--authorization-server ID; "org" for the organisation's own, else "default"]
      --provider descope --project-id ID | --provider pymthouse --domain D | --provider oidc --issuer URL
      [--require-claim groups=reception]… [--scope S]… [--app-url URL [--api-origin ORIGIN]…]
      [--site NAME --device ID=NAME…] [--language TAG]… [--logo FILE] [--ca FILE]… [--schema URL]`

const one = { type: 'string' } as const
const several = { type: 'string', multiple: true } as const

const OPTIONS = {
  provider: one,
  brand: one,
  'client-id': one,
  issuer: one,
  'tenant-id': one,
  domain: one,
  'authorization-server': one,
  'project-id': one,
  scope: several,
  'require-claim': several,
  'app-url': one,
  'api-origin': several,
  site: one,
  device: several,
  language: several,
  logo: one,
  ca: several,
  schema: one,
} as const satisfies Record<keyof Answers, typeof one | typeof several>

function missingOptions(answers: Answers): string[] {
  return QUESTIONS.filter((question) => question.isNeeded && isAsked(question, answers)).map(({ name }) => `--${name}`)
}

function refuseUnreadable(answers: Answers): void {
  for (const [name, value] of Object.entries(answers)) {
    if ([value].flat().some((text) => text.trim() === '')) throw new UsageError(`--${name} is empty`)
  }
  const { provider, scope = [] } = answers
  if (provider !== undefined && !isProvider(provider)) {
    throw new UsageError(`--provider takes ${Object.keys(PROVIDER_FORMS).join(', ')}`)
  }
  if (scope.some((text) => /[\s,]/.test(text))) throw new UsageError('--scope takes one scope: give it several times')
}

/** Options whose other half is missing would vanish without a word. */
function refuseIdle(answers: Answers): void {
  if (answers.device !== undefined && answers.site === undefined) throw new UsageError('--device needs --site')
  if (answers['api-origin'] !== undefined && answers['app-url'] === undefined) {
    throw new UsageError('--api-origin needs --app-url')
  }
  const { provider } = answers
  if (provider === undefined || !isProvider(provider)) return
  for (const name of ['tenant-id', 'domain', 'authorization-server', 'project-id'] as const) {
    // A tenant may be checked whoever the provider is.
    if (answers[name] === undefined || name === 'tenant-id' || PROVIDER_FORMS[provider].asks.includes(name)) continue
    throw new UsageError(`--${name} is not for ${PROVIDER_FORMS[provider].title}`)
  }
}

async function askWhatIsMissing(answers: Answers, { openPrompt, complain }: BundleIo): Promise<Answers> {
  if (missingOptions(answers).length === 0) return answers
  if (openPrompt === null) throw new UsageError(`give ${missingOptions(answers).join(', ')}`)
  const prompt = openPrompt()
  try {
    return await askAnswers(answers, prompt.ask, complain)
  } finally {
    prompt.close()
  }
}

/** @returns the faults of what would be written, before anything is */
async function rehearse(parts: BundleParts): Promise<BundleFinding[]> {
  const stage = await mkdtemp(join(tmpdir(), 'kiosk-bundle-'))
  try {
    await writeBundle(stage, parts, false)
    return (await checkBundle(stage)).findings.filter(({ kind }) => kind === 'fault')
  } finally {
    await rm(stage, { recursive: true })
  }
}

export async function runCreate(args: readonly string[], io: BundleIo): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { ...OPTIONS, force: { type: 'boolean', default: false } },
  })
  const [given, ...more] = positionals
  if (given === undefined || more.length > 0) throw new UsageError('give one folder')
  const folder = resolve(given)
  const { force, ...options } = values
  refuseUnreadable(options)
  refuseIdle(options)
  const answers = await askWhatIsMissing(options, io)
  const content: unknown = JSON.parse(JSON.stringify(contentOf(answers)))
  const checked = checkKioskConfig(content)
  if (!checked.ok) {
    for (const { path, what, remedy } of checked.faults) io.complain(`✗ ${path} ${what} → ${remedy}`)
    return EXIT.failed
  }
  const files = [...(answers.logo === undefined ? [] : [answers.logo]), ...(answers.ca ?? [])]
  const faults = await rehearse({ content, files })
  if (faults.length > 0) {
    for (const fault of faults) io.complain(describeFinding(fault))
    return EXIT.failed
  }
  await writeBundle(folder, { content, files }, force)
  io.print(`✓ ${folder}`)
  const { findings } = await checkBundle(folder)
  for (const finding of findings) io.print(describeFinding(finding))
  const { title, registration } = PROVIDER_FORMS[checked.config.identity.provider]
  io.print(`At ${title}: ${registration}`)
  return findings.some(({ kind }) => kind === 'fault') ? EXIT.failed : EXIT.done
}
