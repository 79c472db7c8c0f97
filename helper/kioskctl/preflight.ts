/** `kioskctl preflight`: whether a provider will serve these kiosks, from any laptop with the bundle alone. Changes nothing anywhere. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { readDeviceFiles } from '../attestation/device-files.ts'
import type { DeviceCertificate } from '../attestation/device-identity.ts'
import { readGivenBundle } from '../bundle/read-given-bundle.ts'
import { readHelperEnvironment } from '../config/helper-environment.ts'
import { openProviderNetwork } from '../oauth/provider-network.ts'
import { trustAuthorities } from '../oauth/trusted-authorities.ts'
import { type OpenQuestion, openQuestions } from '../preflight/open-questions.ts'
import { PREFLIGHT_NAMES, preflightChecks } from '../preflight/preflight-checks.ts'
import { withoutKiosk } from '../preflight/remedy-words.ts'
import { createCheckRun } from '../support/check-run.ts'
import { describeChecks, resultTable } from './check-table.ts'
import { endSoon } from './end-soon.ts'
import type { LocalCommand } from './local-commands.ts'
import { openOutsideNetwork } from './outside-network.ts'
import { openRunView } from './show-run.ts'

const USAGE = `  preflight FOLDER [--device-dir DIR] [--json]
                         whether the provider of the bundle in FOLDER will serve these kiosks; needs no kiosk.
                         --device-dir: through the bundle’s gateway, as the device whose device.crt and device.key lie there`

type Given = { folder: string; deviceFolder: string | null; json: boolean }

/** @throws TypeError for anything but one folder, or a cry for help */
function readArguments(args: readonly string[]): Given | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      'device-dir': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return 'help'
  const [folder, ...rest] = positionals
  if (folder === undefined || rest.length > 0) throw new TypeError('give the folder of one bundle')
  const deviceFolder = values['device-dir']
  return {
    folder: resolve(folder),
    deviceFolder: deviceFolder === undefined ? null : resolve(deviceFolder),
    json: values.json,
  }
}

/** A laptop may hold a device's files for a look; whoever owns them there. */
async function readGivenDevice(deviceFolder: string | null): Promise<DeviceCertificate> {
  if (deviceFolder === null) return { kind: 'not-configured' }
  const { trustFolder } = readHelperEnvironment({})
  const found = await readDeviceFiles({ deviceFolder, trustFolder, isPackaged: false, account: process.getuid?.() })
  if (found.kind !== 'not-configured') return found
  const what = 'holds no device.crt and device.key'
  return { kind: 'faulty', faults: [{ code: 'device-certificate-missing', where: deviceFolder, what }] }
}

function questionLines(questions: readonly OpenQuestion[]): string {
  const lines = questions.flatMap(({ question, steps }) => [`? ${question}`, ...steps.map((step) => `  → ${step}`)])
  return ['', 'What no request can find out:', ...lines].join('\n')
}

async function run(args: readonly string[]): Promise<number> {
  let given: Given | 'help'
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
  const certificate = await readGivenDevice(given.deviceFolder)
  if (certificate.kind === 'faulty') {
    for (const { code, where, what } of certificate.faults) {
      process.stderr.write(`kioskctl preflight: ${where} ${what} [${code}]\n`)
    }
    return 1
  }
  const isDevice = certificate.kind === 'present'
  const { network = null, close } = openOutsideNetwork(isDevice ? (bundle?.config ?? null) : null, certificate)
  const way = network ?? openProviderNetwork(bundle?.config.network.proxy ?? 'none')
  const view = openRunView(process.stderr, PREFLIGHT_NAMES.length, given.json)
  const checking = createCheckRun(PREFLIGHT_NAMES, () => preflightChecks(reading, way, { isDevice }), {
    onChange: () => view.show(checking.state()),
  })
  checking.start()
  await checking.finished()
  await Promise.all([close(), way.close()])
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
