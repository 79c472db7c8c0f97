/**
 * `kioskctl doctor`: every check a technician would make, with or without a running helper. Changes no setting; asks for one
 * code at most, and asks the gateway as the kiosk does, whose no counts.
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { KioskError } from '../../contract/kiosk-error.ts'
import { CHECK_NAMES, type CheckName } from '../../contract/support.ts'
import { findBundle } from '../config/find-bundle.ts'
import { type HelperEnvironment, readHelperEnvironment } from '../config/helper-environment.ts'
import { isPackagedHelper } from '../config/packaged.ts'
import { trustAuthorities } from '../oauth/trusted-authorities.ts'
import { judgeProgram } from '../program/judge-program.ts'
import { checkOwnProgram } from '../program/own-program.ts'
import { listChecks } from '../support/check-list.ts'
import {
  type Check,
  type CheckOutcome,
  type CheckRunState,
  type ChecksToRun,
  createCheckRun,
} from '../support/check-run.ts'
import { describeChecks, resultTable } from './check-table.ts'
import { endSoon } from './end-soon.ts'
import {
  findHelper,
  type HelperTestimony,
  type HelperWitness,
  hearHelper,
  standingOf,
  whoChecks,
} from './helper-witness.ts'
import type { LocalCommand } from './local-commands.ts'
import { outsideChecks } from './outside-checks.ts'
import { openOutsideNetwork } from './outside-network.ts'
import { openRunView } from './show-run.ts'

const USAGE = `  doctor [--json] [--bundle-dir DIR] [--runtime-dir DIR]
                         every check of this kiosk side by side, with a remedy for each fault; exit code 1 for a fault.
                         asks the gateway as the kiosk does: its no ends a session, and each question counts towards its limits`

/** The screen's list, and a look at the program's own files, which takes a moment of a small machine's processor. */
const DOCTOR_CHECK_NAMES = [...CHECK_NAMES, 'program'] as const
type DoctorCheckName = (typeof DOCTOR_CHECK_NAMES)[number]

const START_IT =
  'Start the helper with PM2 and ecosystem.config.js, or restart it where it hangs; its log says why it stopped. If it ' +
  'runs, run the doctor as root or as its account, with its --runtime-dir.'

function readArguments(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      'runtime-dir': { type: 'string' },
      'bundle-dir': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  return values
}

/** @throws KioskError `environment-invalid` */
function readEnvironment(values: ReturnType<typeof readArguments>): HelperEnvironment {
  const { 'runtime-dir': runtimeFolder, 'bundle-dir': bundleFolder } = values
  return readHelperEnvironment({
    ...process.env,
    ...(runtimeFolder !== undefined && { KIOSK_RUNTIME_DIR: resolve(runtimeFolder) }),
    ...(bundleFolder !== undefined && { KIOSK_BUNDLE_DIR: resolve(bundleFolder) }),
  })
}

async function judgeHelper(witness: HelperWitness, testimony: HelperTestimony | null): Promise<CheckOutcome> {
  if (witness.kind === 'silent') {
    const { code, message } = witness.why
    const isAway = code === 'link-key-missing' || code === 'link-closed'
    return { state: 'failed', code, found: message, ...(isAway && { remedy: START_IT }) }
  }
  await testimony?.complete
  return { state: 'ok', found: `version ${witness.snapshot.helper.version}` }
}

/** The one list, in which the helper's word stands in place of a look from outside wherever it can give one. */
function withTestimony(
  own: ChecksToRun<CheckName>,
  witness: HelperWitness,
  testimony: HelperTestimony | null,
): ChecksToRun<CheckName> {
  const standing = standingOf(witness)
  const entries = CHECK_NAMES.map((name): [CheckName, Check<CheckName>] => {
    const isHelpers = testimony !== null && whoChecks(name, standing) === 'helper'
    return [name, isHelpers ? { ...own[name], look: () => testimony.of(name) } : own[name]]
  })
  return Object.fromEntries(entries) as ChecksToRun<CheckName>
}

async function examine(
  environment: HelperEnvironment,
  onChange: (run: CheckRunState<DoctorCheckName>) => void,
): Promise<CheckRunState<DoctorCheckName>> {
  const bundlePlaces = { ...environment, isPackaged: isPackagedHelper(import.meta.dirname) }
  const { runnable, certificate } = await findBundle(bundlePlaces, { keeps: false })
  const bundle = runnable?.bundle ?? null
  trustAuthorities(bundle?.trustedCaPems ?? [])
  const witness = await findHelper(environment.runtimeFolder)
  const testimony = witness.kind === 'answers' ? hearHelper(witness.link) : null
  const outside = openOutsideNetwork(bundle?.config ?? null, certificate)
  const parts = outsideChecks({
    environment,
    bundlePlaces,
    bundle,
    certificate,
    network: outside.network,
    helper: () => judgeHelper(witness, testimony),
    isCodeOnScreen: () => witness.kind === 'answers' && witness.snapshot.session.kind === 'awaitingApproval',
  })
  const program = {
    look: async () => judgeProgram(await checkOwnProgram(import.meta.dirname, environment.trustFolder)),
  }
  const checks = (): ChecksToRun<DoctorCheckName> => ({
    ...withTestimony(listChecks(parts), witness, testimony),
    program,
  })
  const run = createCheckRun(DOCTOR_CHECK_NAMES, checks, { onChange: () => onChange(run.state()) })
  run.start()
  await run.finished()
  if (witness.kind === 'answers') witness.link.close()
  await outside.close()
  return run.state()
}

async function run(args: readonly string[]): Promise<number> {
  let values: ReturnType<typeof readArguments>
  try {
    values = readArguments(args)
  } catch (error) {
    process.stderr.write(`kioskctl doctor: ${error instanceof Error ? error.message : String(error)}\n\n${USAGE}\n`)
    return 2
  }
  if (values.help) {
    process.stdout.write(`Usage: kioskctl <command>\n\n${USAGE}\n`)
    return 0
  }
  try {
    const view = openRunView(process.stderr, DOCTOR_CHECK_NAMES.length, values.json)
    const ended = await examine(readEnvironment(values), view.show)
    view.clear()
    const isWell = ended.checks.every(({ state }) => state !== 'failed')
    const report = values.json
      ? JSON.stringify({ ok: isWell, finishedAtEpochMs: ended.finishedAtEpochMs, checks: describeChecks(ended.checks) })
      : resultTable(ended)
    process.stdout.write(`${report}\n`)
    endSoon()
    return isWell ? 0 : 1
  } catch (error) {
    if (!(error instanceof KioskError)) throw error
    process.stderr.write(`kioskctl doctor: ${error.message} [${error.code}]\n`)
    return 1
  }
}

export const doctor: LocalCommand = { usage: USAGE, run }
