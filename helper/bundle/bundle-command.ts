/** `kioskctl bundle`: makes, checks and compares bundles, on any machine and without a helper. Holds no secret. */
import { KioskError } from '../../contract/kiosk-error.ts'
import { kioskJsonSchema } from '../../contract/kiosk-schema.ts'
import type { LocalCommand } from '../kioskctl/local-commands.ts'
import { type BundleIo, EXIT, isUsageError, RefusedError, TERMINAL, UsageError } from './bundle-io.ts'
import { CHECK_USAGE, runCheck } from './check-command.ts'
import { CREATE_USAGE, runCreate } from './create-command.ts'
import { DIFF_USAGE, runDiff } from './diff-command.ts'
import { KEYGEN_USAGE, PUBLIC_KEYS_USAGE, runKeygen, runPublicKeys, runSign, SIGN_USAGE } from './sign-command.ts'

type Subcommand = { usage: string; run(args: readonly string[], io: BundleIo): Promise<number> }

const SCHEMA_USAGE = `  bundle schema          the JSON Schema of kiosk.json, for an editor's completion`

async function runSchema(args: readonly string[], { print }: BundleIo): Promise<number> {
  if (args.length > 0) throw new UsageError('takes no arguments')
  print(JSON.stringify(kioskJsonSchema(), null, 2))
  return EXIT.done
}

const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  create: { usage: CREATE_USAGE, run: runCreate },
  check: { usage: CHECK_USAGE, run: runCheck },
  diff: { usage: DIFF_USAGE, run: runDiff },
  keygen: { usage: KEYGEN_USAGE, run: runKeygen },
  'public-keys': { usage: PUBLIC_KEYS_USAGE, run: runPublicKeys },
  sign: { usage: SIGN_USAGE, run: runSign },
  schema: { usage: SCHEMA_USAGE, run: runSchema },
}

const HEADING = 'Usage: kioskctl bundle <command>\n\n'
const USAGE = Object.values(SUBCOMMANDS)
  .map(({ usage }) => usage)
  .join('\n')

const asksForHelp = (args: readonly string[]) => args.includes('--help') || args.includes('-h')

export async function runBundle([name = '', ...args]: readonly string[], io: BundleIo = TERMINAL): Promise<number> {
  const subcommand = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined
  const usage = subcommand?.usage ?? USAGE
  if (['--help', '-h', 'help'].includes(name) || asksForHelp(args)) {
    io.print(`${HEADING}${usage}`)
    return EXIT.done
  }
  try {
    if (!subcommand) throw new UsageError(name === '' ? 'no command given' : `unknown command: ${name}`)
    return await subcommand.run(args, io)
  } catch (error) {
    if (error instanceof RefusedError) {
      io.complain(`kioskctl bundle: ${error.message}`)
      return EXIT.failed
    }
    if (error instanceof KioskError) {
      io.complain(`kioskctl bundle: ${error.message} [${error.code}]`)
      return EXIT.failed
    }
    if (!isUsageError(error)) throw error
    io.complain(`kioskctl bundle: ${error.message}\n\n${usage}`)
    return EXIT.usage
  }
}

const SUMMARY = `  bundle COMMAND         makes, checks and compares bundles, here or on any other machine:
                         ${Object.keys(SUBCOMMANDS).join(', ')}; "kioskctl bundle --help" says how`

export const BUNDLE_COMMAND: LocalCommand = { usage: SUMMARY, run: (args) => runBundle(args) }
