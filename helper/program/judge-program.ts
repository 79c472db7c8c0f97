/** What is to be said of the program's files. Pure. */
import { assertNever } from '../../contract/kiosk-error.ts'
import type { CheckOutcome } from '../support/check-run.ts'
import type { ProgramFindings } from './check-program.ts'

const NAMED = 3

function someOf(lines: readonly string[]): string {
  const rest = lines.length - NAMED
  return `${lines.slice(0, NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

export function judgeProgram(findings: ProgramFindings): CheckOutcome {
  switch (findings.kind) {
    case 'not-packaged':
      return { state: 'skipped', found: 'this is no installed kiosk' }
    case 'unknown':
      return { state: 'failed', code: 'program-unproven', found: findings.why }
    case 'compared': {
      const { version, signedBy, differences, unreadable } = findings
      if (differences.length > 0) return { state: 'failed', code: 'program-changed', found: someOf(differences) }
      const by = signedBy === null ? 'by a list that nobody vouches for' : `signed by ${signedBy}`
      const unseen = unreadable.length > 0 ? `; not for this account to read: ${someOf(unreadable)}` : ''
      return { state: 'ok', found: `${version}, ${by}${unseen}` }
    }
    default:
      return assertNever(findings)
  }
}
