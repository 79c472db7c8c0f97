/** `kioskctl`: looks at a running kiosk and nudges it, or hands over to a command that needs none. Cannot confirm that a person is present. */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Diagnostics } from '../contract/diagnostics.ts'
import { KioskError } from '../contract/kiosk-error.ts'
import { defaultPlaces } from '../contract/kiosk-places.ts'
import type { KioskSnapshot } from '../contract/session-state.ts'
import { readHelperEnvironment } from './config/helper-environment.ts'
import { describeDiagnostics } from './describe-diagnostics.ts'
import { describeSnapshot } from './describe-snapshot.ts'
import type { LocalCommand } from './kioskctl/local-commands.ts'
import { waitUntilQuiet } from './kioskctl/wait-until-quiet.ts'
import { openTechnicianLink, type TechnicianLink } from './shell-link/link-client.ts'

/** Of package.json, put in by the build. */
declare const KIOSK_VERSION: string

/** Loaded when one of them is asked for: who asks for the state alone must not wait for all that makes and checks bundles. */
async function localCommands(): Promise<Readonly<Record<string, LocalCommand>>> {
  const { LOCAL_COMMANDS } = await import('./kioskctl/local-commands.ts')
  return LOCAL_COMMANDS
}

async function usage(): Promise<string> {
  const local = Object.values(await localCommands()).map((command) => `${command.usage}\n`)
  return `Usage: kioskctl <command> [--runtime-dir DIR]

  state [--json]         what the kiosk shows now, and every fault an installer has to mend
  watch [--json]         the same with every change, until Ctrl+C or until the helper ends
  diagnostics [--json]   memory, timers, clock skew, and how fresh the provider's documents are
  touch                  as if somebody touched the screen: asks for a code, or tries again
  sign-out               ends the session and wipes its tokens
  restart-sign-in        the same, and asks for a fresh code at once
  wipe                   the same, and destroys the device key: no copy of anything can ever be opened
  wait-until-quiet       ends when nobody is in the middle of anything, so that a restart disturbs nobody
  help, --version        this list, and which version this tool is of
${local.join('')}
The running helper is found by its runtime folder: --runtime-dir, else KIOSK_RUNTIME_DIR,
else ${defaultPlaces(process.platform).runtimeFolder}. Exit codes: 0 done, 1 refused or failed, 2 wrong usage,
3 no helper answers.`
}

const EXIT = { done: 0, failed: 1, usage: 2, noHelper: 3 } as const

/** PM2 starts the next one within a second; a keychain that does not answer costs some more. */
const NEXT_HELPER_LIMIT_MS = 20_000
const LOOK_AGAIN_MS = 100

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

type Printer = (snapshot: KioskSnapshot) => void

const COMMANDS = ['state', 'watch', 'diagnostics', 'touch', 'sign-out', 'restart-sign-in', 'wipe', 'wait-until-quiet']

async function watch(link: TechnicianLink, show: Printer): Promise<number> {
  let lastSequence = -1
  const showChange: Printer = (snapshot) => {
    // A paint is news to the helper, not a change of state.
    if (snapshot.sequence === lastSequence) return
    lastSequence = snapshot.sequence
    show(snapshot)
  }
  showChange(await link.subscribe(showChange))
  await link.closed
  throw new KioskError('link-closed', 'the helper went away')
}

async function send(link: TechnicianLink, kind: 'touch' | 'signOut' | 'restartSignIn'): Promise<number> {
  const { accepted } = await link.send({ kind })
  print(accepted ? 'done' : 'nothing to do in the present state')
  return accepted ? EXIT.done : EXIT.failed
}

/** The helper that carries out a wipe ends with it; the next one knows whether all of it was done. */
async function wipe(link: TechnicianLink, runtimeFolder: string): Promise<number> {
  const before = await link.diagnostics()
  if (!before.vault) {
    print('nothing to wipe: this kiosk is not set up, and holds nothing')
    return EXIT.failed
  }
  await link.send({ kind: 'wipe' })
  const after = await askNextHelper(runtimeFolder, before.helper.processId)
  if (after.vault?.destroyPending) {
    process.stderr.write(
      'kioskctl: the session is wiped, the device key may not be; each start of the helper tries again\n',
    )
    return EXIT.failed
  }
  print(`done; device key: ${before.vault.deviceKey === 'keychain' ? 'destroyed' : 'not in a keychain'}`)
  return EXIT.done
}

/** @throws KioskError `link-closed` when none comes in time */
async function askNextHelper(runtimeFolder: string, processId: number): Promise<Diagnostics> {
  const deadlineMs = performance.now() + NEXT_HELPER_LIMIT_MS
  while (performance.now() < deadlineMs) {
    await sleep(LOOK_AGAIN_MS)
    const next = await openTechnicianLink(runtimeFolder).catch(() => null)
    const diagnostics = await next?.diagnostics().catch(() => null)
    next?.close()
    if (diagnostics && diagnostics.helper.processId !== processId) return diagnostics
  }
  throw new KioskError('link-closed', 'the wipe was ordered, but no fresh helper came: see the helper’s log')
}

async function run({ command, json }: Arguments, link: TechnicianLink, show: Printer, folder: string): Promise<number> {
  switch (command) {
    case 'state':
      show(await link.subscribe())
      return EXIT.done
    case 'watch':
      return watch(link, show)
    case 'diagnostics': {
      const diagnostics = await link.diagnostics()
      print(json ? JSON.stringify(diagnostics) : describeDiagnostics(diagnostics))
      return EXIT.done
    }
    case 'touch':
      return send(link, 'touch')
    case 'restart-sign-in':
      return send(link, 'restartSignIn')
    case 'wipe':
      return wipe(link, folder)
    case 'wait-until-quiet':
      await waitUntilQuiet(link)
      return EXIT.done
    default:
      return send(link, 'signOut')
  }
}

type Arguments = ReturnType<typeof readArguments>

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      'runtime-dir': { type: 'string' },
    },
  })
  const [command = '', ...rest] = positionals
  if (rest.length > 0 || !COMMANDS.includes(command)) {
    if (!values.help)
      throw new TypeError(command === '' ? 'no command given' : `unknown command: ${positionals.join(' ')}`)
  }
  return { command, json: values.json, help: values.help, runtimeFolder: values['runtime-dir'] }
}

async function main(): Promise<number> {
  const [name = '', ...args] = process.argv.slice(2)
  if (name === 'help') {
    print(await usage())
    return EXIT.done
  }
  if (name === '--version') {
    print(KIOSK_VERSION)
    return EXIT.done
  }
  if (COMMANDS.includes(name)) return askHelper()
  const local = await localCommands()
  const command = Object.hasOwn(local, name) ? local[name] : undefined
  return command ? command.run(args) : askHelper()
}

async function askHelper(): Promise<number> {
  let given: Arguments
  try {
    given = readArguments()
  } catch (error) {
    process.stderr.write(`kioskctl: ${error instanceof Error ? error.message : String(error)}\n\n${await usage()}\n`)
    return EXIT.usage
  }
  if (given.help) {
    print(await usage())
    return EXIT.done
  }
  const show: Printer = (snapshot) => print(given.json ? JSON.stringify(snapshot) : describeSnapshot(snapshot))
  try {
    const { runtimeFolder } = readHelperEnvironment({
      ...process.env,
      ...(given.runtimeFolder === undefined ? {} : { KIOSK_RUNTIME_DIR: given.runtimeFolder }),
    })
    const link = await openTechnicianLink(runtimeFolder)
    try {
      return await run(given, link, show, runtimeFolder)
    } finally {
      link.close()
    }
  } catch (error) {
    if (!(error instanceof KioskError)) throw error
    process.stderr.write(`kioskctl: ${error.message} [${error.code}]\n`)
    return error.code === 'link-key-missing' || error.code === 'link-closed' ? EXIT.noHelper : EXIT.failed
  }
}

// A reader that has seen enough (`kioskctl watch | head -1`) is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))
process.exitCode = await main()
