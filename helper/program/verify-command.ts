/** `kioskctl verify-program`: whether the installed files are as they were built. The installer asks it, and device management may. */
import { parseArgs } from 'node:util'
import { readPackagedEnvironment } from '../config/packaged.ts'
import type { LocalCommand } from '../kioskctl/local-commands.ts'
import { judgeProgram } from './judge-program.ts'
import { checkOwnProgram } from './own-program.ts'

const USAGE = `  verify-program [--json]
                         whether the installed files are as they were built, by the package’s own list; exit code 1 where not`

async function run(args: readonly string[]): Promise<number> {
  let json: boolean
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
    })
    if (values.help) {
      process.stdout.write(`Usage: kioskctl <command>\n\n${USAGE}\n`)
      return 0
    }
    json = values.json
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    process.stderr.write(`kioskctl verify-program: ${why}\n\n${USAGE}\n`)
    return 2
  }
  const findings = await checkOwnProgram(import.meta.dirname, readPackagedEnvironment(process.env).trustFolder)
  const { state, code = null, found = '' } = judgeProgram(findings)
  const isWell = state === 'ok'
  const lines = [`${state}: ${found}${code === null ? '' : ` [${code}]`}`]
  if (findings.kind === 'compared') lines.push(...findings.differences)
  process.stdout.write(json ? `${JSON.stringify({ ok: isWell, code, ...findings })}\n` : `${lines.join('\n')}\n`)
  return isWell ? 0 : 1
}

export const VERIFY_PROGRAM_COMMAND: LocalCommand = { usage: USAGE, run }
