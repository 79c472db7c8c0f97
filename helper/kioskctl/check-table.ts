/** Checks as lines of text: how far they are, and what came of them with a remedy each. Pure. */
import { supportCode } from '../../contract/support-code.ts'
import type { CheckedName, CheckRunState } from '../support/check-run.ts'

const STATE_WORDS = {
  waiting: '·',
  running: '…',
  ok: 'ok',
  warning: 'LOOK',
  failed: 'FAILED',
  skipped: 'skipped',
} as const

const STATE_WIDTH = 8
const CODE_WIDTH = 9
/** Support codes and remedies stand in the columns of what they are of. */
const INDENT = ' '.repeat(STATE_WIDTH)

type Row = CheckedName<string>

/** Only what a terminal may be told: a host's certificate could hold anything. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, '?')
}

/** @param columns of the terminal; a line never wraps, so that it can be drawn over */
export function progressLine(
  { name, state, found }: Row,
  nameWidth: number,
  columns = Number.POSITIVE_INFINITY,
): string {
  const line = `${STATE_WORDS[state].padEnd(STATE_WIDTH)}${name.padEnd(nameWidth)}  ${printable(found ?? '')}`.trimEnd()
  return line.length > columns ? `${line.slice(0, columns - 1)}…` : line
}

export function nameWidthOf(checks: readonly Row[]): number {
  return Math.max(...checks.map(({ name }) => name.length))
}

function resultLines({ name, state, found, code, remedy }: Row, nameWidth: number): string[] {
  const isWell = state === 'ok' || state === 'skipped'
  const short = isWell || code === null ? '' : supportCode(code)
  const head = `${STATE_WORDS[state].padEnd(STATE_WIDTH)}${name.padEnd(nameWidth)}  ${short.padEnd(CODE_WIDTH)}`
  const what = [isWell ? null : code, found].filter((part) => part !== null).map(printable)
  const line = `${head}${what.join(': ')}`.trimEnd()
  return remedy === null || isWell ? [line] : [line, `${INDENT}→ ${printable(remedy)}`]
}

function count(checks: readonly Row[], state: Row['state'], word: string): string {
  return `${checks.filter((check) => check.state === state).length} ${word}`
}

/** Every check with its support code and what was found, then its remedy; a last line counts them. */
export function resultTable({ checks }: Pick<CheckRunState<string>, 'checks'>): string {
  const width = nameWidthOf(checks)
  const counts = [
    count(checks, 'failed', 'failed'),
    count(checks, 'warning', 'to look at'),
    count(checks, 'ok', 'well'),
    count(checks, 'skipped', 'skipped'),
  ]
  return [...checks.flatMap((check) => resultLines(check, width)), counts.join(', ')].join('\n')
}

/** For `--json`: the same, with the support code of each fault. */
export function describeChecks(checks: readonly Row[]) {
  return checks.map(({ code, ...check }) => {
    const isWell = check.state === 'ok' || check.state === 'skipped'
    return { ...check, code: isWell ? null : code, supportCode: isWell || code === null ? null : supportCode(code) }
  })
}
