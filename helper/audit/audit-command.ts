/** `kioskctl audit`: looks into the audit trail of this kiosk, or of a copied state folder. Needs no helper, changes nothing. */
import { KioskError } from '../../contract/kiosk-error.ts'
import { type BundleIo, EXIT, isUsageError, RefusedError, TERMINAL, UsageError } from '../bundle/bundle-io.ts'
import type { LocalCommand } from '../kioskctl/local-commands.ts'
import { EXPORT_USAGE, runExport } from './export-command.ts'
import { runVerify, VERIFY_USAGE } from './verify-command.ts'

type Subcommand = { usage: string; run(args: readonly string[], io: BundleIo): Promise<number> }

const SUBCOMMANDS: Readonly<Record<string, Subcommand>> = {
  verify: { usage: VERIFY_USAGE, run: runVerify },
  export: { usage: EXPORT_USAGE, run: runExport },
}

const USAGE = `${VERIFY_USAGE}\n${EXPORT_USAGE}`

export async function runAudit([name = '', ...args]: readonly string[], io: BundleIo = TERMINAL): Promise<number> {
  const subcommand = Object.hasOwn(SUBCOMMANDS, name) ? SUBCOMMANDS[name] : undefined
  const usage = subcommand?.usage ?? USAGE
  if ([name, ...args].some((word) => word === '--help' || word === '-h') || name === 'help') {
    io.print(`Usage: kioskctl audit <command>\n\n${usage}`)
    return EXIT.done
  }
  try {
    if (!subcommand) throw new UsageError(name === '' ? 'no command given' : `unknown command: ${name}`)
    return await subcommand.run(args, io)
  } catch (error) {
    if (error instanceof RefusedError) {
      io.complain(`kioskctl audit: ${error.message}`)
      return EXIT.failed
    }
    if (error instanceof KioskError) {
      io.complain(`kioskctl audit: ${error.message} [${error.code}]`)
      return EXIT.failed
    }
    if (!isUsageError(error)) throw error
    io.complain(`kioskctl audit: ${error.message}\n\n${usage}`)
    return EXIT.usage
  }
}

export const AUDIT_COMMAND: LocalCommand = { usage: USAGE, run: (args) => runAudit(args) }
