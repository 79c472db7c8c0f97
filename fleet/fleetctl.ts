#!/usr/bin/env node
/** The operator's tool. Takes secrets from files or standard input only, and shows none unless it is asked to. */
import { parseArgs } from 'node:util'
import { refuseRepeated } from './given-once.ts'
import type { OrderCommand } from './orders/order-words.ts'
import { Refusal } from './refusal.ts'
import { readSecretFile, STANDARD_INPUT, writeSecretFile } from './secret-file.ts'
import { answerChallenge } from './technician-code.ts'
import { deriveTechnicianSecret } from './technician-secret.ts'
import { BROKER_USAGE, GATEWAY_USAGE, LIVE_USAGE, PKI_USAGE } from './usage.ts'
import { UsageError } from './usage-error.ts'

const USAGE = `Usage: fleetctl <command> [options]

  technician-code --device DR-0042 --challenge 7K3M-2QPX --secret-file FILE
  technician-code --device DR-0042 --challenge 7K3M-2QPX --fleet-secret-file FILE
      the ten digits that answer a kiosk's challenge, from the secret of this device or of the fleet

  technician-secret --device DR-0042 --fleet-secret-file FILE [--out FILE]
      the secret of one device, which is installed on it; to a new file of mode 0600, else to standard output

${PKI_USAGE}

${GATEWAY_USAGE}

${BROKER_USAGE}

${LIVE_USAGE}

A secret is 32 random bytes as 64 hex digits or as base64url, in a file or, with the file name "-", on standard
input. To make one for the fleet:  (umask 077; openssl rand -hex 32 > fleet.secret)

Exit codes: 0 done, 1 refused or a fault was found, 2 wrong usage.`

const EXIT = { done: 0, refused: 1, usage: 2 } as const

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

const OPTIONS = {
  device: { type: 'string' },
  challenge: { type: 'string' },
  'secret-file': { type: 'string' },
  'fleet-secret-file': { type: 'string' },
  out: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const
type OptionName = Exclude<keyof typeof OPTIONS, 'help'>
type Given = Partial<Record<OptionName, string>>

/** What each command takes besides `--device`. */
const COMMANDS: Readonly<Record<string, { takes: readonly OptionName[]; run(given: Given): Promise<void> }>> = {
  'technician-code': { takes: ['challenge', 'secret-file', 'fleet-secret-file'], run: printCode },
  'technician-secret': { takes: ['fleet-secret-file', 'out'], run: makeSecret },
}

/** Commands of several words read their own options, and load what they need: X.509 would double the others' start. */
const GROUPS: Readonly<Record<string, (args: readonly string[]) => Promise<string>>> = {
  pki: async (args) => (await import('./pki/pki-command.ts')).runPki(args),
  gateway: async (args) => (await import('./gateway/gateway-command.ts')).runGateway(args),
  broker: async (args) => (await import('./broker/broker-command.ts')).runBroker(args),
}

/** Commands that talk to the fleet's broker while they run. @returns the exit code */
const order = (name: OrderCommand) => async (args: readonly string[]) =>
  (await import('./orders/order-command.ts')).runOrder(name, args)
const LIVE: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  watch: async (args) => (await import('./orders/watch-command.ts')).runWatch(args),
  console: async (args) => (await import('./serve-console/console-command.ts')).runConsole(args),
  revoke: order('revoke'),
  refresh: order('refresh'),
  restart: order('restart'),
  wipe: order('wipe'),
  reload: order('reload'),
  diagnose: order('diagnose'),
}

function needed(given: Given, name: OptionName): string {
  const value = given[name]?.trim()
  if (value) return value
  throw new UsageError(`--${name} is missing`)
}

async function printCode(given: Given): Promise<void> {
  const deviceId = needed(given, 'device')
  const challenge = needed(given, 'challenge')
  const fleetFile = given['fleet-secret-file']
  const deviceFile = given['secret-file']
  if ((fleetFile === undefined) === (deviceFile === undefined)) {
    throw new UsageError('give either --secret-file or --fleet-secret-file')
  }
  const secret =
    fleetFile === undefined
      ? await readSecretFile(needed(given, 'secret-file'))
      : deriveTechnicianSecret(await readSecretFile(needed(given, 'fleet-secret-file')), deviceId)
  print(answerChallenge(deviceId, challenge, secret))
}

async function makeSecret(given: Given): Promise<void> {
  const deviceId = needed(given, 'device')
  const secret = deriveTechnicianSecret(await readSecretFile(needed(given, 'fleet-secret-file')), deviceId)
  const { out = STANDARD_INPUT } = given
  if (out === STANDARD_INPUT) print(Buffer.from(secret).toString('hex'))
  else await writeSecretFile(out, secret)
}

/** Words of our own: the parser's would quote a secret that somebody put on the command line. */
function readArguments() {
  try {
    const parsed = parseArgs({ allowPositionals: true, options: OPTIONS, tokens: true })
    refuseRepeated(parsed.tokens)
    return parsed
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError('an option is unknown, or lacks its value')
  }
}

/** @returns the exit code */
async function run(): Promise<number> {
  const [first = '', ...following] = process.argv.slice(2)
  const group = Object.hasOwn(GROUPS, first) ? GROUPS[first] : undefined
  const live = Object.hasOwn(LIVE, first) ? LIVE[first] : undefined
  const isHelp = following.some((word) => word === '--help' || word === '-h')
  if (live && !isHelp) return live(following)
  if (group || live) print(isHelp || !group ? USAGE : await group(following))
  else await runSingle()
  return EXIT.done
}

async function runSingle(): Promise<void> {
  const { values, positionals } = readArguments()
  const { help, ...given } = values
  if (help) return print(USAGE)
  const [name = '', ...rest] = positionals
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
  if (!command) throw new UsageError(name === '' ? 'no command given' : `there is no command "${name}"`)
  if (rest.length > 0) throw new UsageError(`${name} takes options only, and a secret is never one of its words`)
  const stray = Object.keys(given).find(
    (option) => option !== 'device' && !command.takes.includes(option as OptionName),
  )
  if (stray !== undefined) throw new UsageError(`${name} takes no --${stray}`)
  await command.run(given)
}

try {
  process.exitCode = await run()
} catch (error) {
  if (error instanceof Refusal) {
    process.stderr.write(`fleetctl: ${error.message}\n`)
    process.exitCode = EXIT.refused
  } else if (error instanceof UsageError) {
    process.stderr.write(`fleetctl: ${error.message}\nfleetctl --help says how.\n`)
    process.exitCode = EXIT.usage
  } else throw error
}
