/** `kioskctl preflight`: whether a provider will serve these kiosks, from any laptop with the bundle alone. Changes nothing anywhere. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readGivenBundle } from '../bundle/read-given-bundle.ts'
import { openProviderNetwork } from '../oauth/provider-network.ts'
import { trustAuthorities } from '../oauth/trusted-authorities.ts'
import { type OpenQuestion, openQuestions } from '../preflight/open-questions.ts'
import { PREFLIGHT_NAMES, preflightChecks } from '../preflight/preflight-checks.ts'
import { withoutKiosk } from '../preflight/remedy-words.ts'
import { createCheckRun } from '../support/check-run.ts'
import { describeChecks, resultTable } from './check-table.ts'
import { endSoon } from './end-soon.ts'
import type { LocalCommand } from './local-commands.ts'
import { openRunView } from './show-run.ts'

const USAGE = `  preflight FOLDER [--json]
                         whether the provider of the bundle in FOLDER will serve these kiosks; needs no kiosk`

/** @throws TypeError for anything but one folder, or a cry for help */
function readArguments(args: readonly string[]): { folder: string; json: boolean } | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
  })
  if (values.help) return 'help'
  const [folder, ...rest] = positionals
  if (folder === undefined || rest.length > 0) throw new TypeError('give the folder of one bundle')
  return { folder: resolve(folder), json: values.json }
}

function questionLines(questions: readonly OpenQuestion[]): string {
  const lines = questions.flatMap(({ question, steps }) => [`? ${question}`, ...steps.map((step) => `  → ${step}`)])
  return ['', 'What no request can find out:', ...lines].join('\n')
}

async function run(args: readonly string[]): Promise<number> {
  let given: ReturnType<typeof readArguments>
  try {
    given = readArguments(args)
  } catch (error) {
    process.stderr.write(`kioskctl preflight: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`)
    return 2
  }
  if (given === 'help') {
    process.stdout.write(`Usage: kioskctl <command>\n\n${USAGE}\n`)
    return 0
  }
  const reading = await readGivenBundle(given.folder)
  const bundle = reading.ok ? reading.bundle : null
  trustAuthorities(bundle?.trustedCaPems ?? [])
  const network = openProviderNetwork(bundle?.config.network.proxy ?? 'none')
  const view = openRunView(process.stderr, PREFLIGHT_NAMES.length, given.json)
  const checking = createCheckRun(PREFLIGHT_NAMES, () => preflightChecks(reading, network), {
    onChange: () => view.show(checking.state()),
  })
  checking.start()
  await checking.finished()
  await network.close()
  view.clear()
  const { checks: judged, finishedAtEpochMs } = checking.state()
  const checks = judged.map((check) => ({ ...check, remedy: check.remedy && withoutKiosk(check.remedy) }))
  const isWell = checks.every(({ state }) => state !== 'failed')
  const questions = bundle ? openQuestions(bundle.config.identity.provider) : []
  const report = given.json
    ? JSON.stringify({ ok: isWell, finishedAtEpochMs, checks: describeChecks(checks), questions })
    : `${resultTable({ checks })}${bundle ? `\n${questionLines(questions)}` : ''}`
  process.stdout.write(`${report}\n`)
  endSoon()
  return isWell ? 0 : 1
}

export const preflight: LocalCommand = { usage: USAGE, run }
