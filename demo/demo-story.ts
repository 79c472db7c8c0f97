/** What the demo tells its reader on the terminal. */
import qrTerminal from 'qrcode-terminal'
import type { KioskSnapshot } from '../contract/session-state.ts'
import type { Round } from './sign-in-round.ts'

export type Say = (text: string) => void

/** The story goes beside the JSON line, never before it on the same stream. */
export function createSay(json: boolean): Say {
  const stream = json ? process.stderr : process.stdout
  return (text) => {
    stream.write(`${text}\n`)
  }
}

/** @returns a listener that tells of each new state once, with the QR code where nobody can see the screen */
export function tellStates(say: Say, showQr: boolean): (snapshot: KioskSnapshot) => void {
  let told = -1
  return ({ session, sequence }) => {
    if (sequence === told) return
    told = sequence
    say(`  ${session.kind}${'displayName' in session ? ` (${session.displayName})` : ''}`)
    if (session.kind !== 'awaitingApproval') return
    say(`    code ${session.userCode} at ${session.verificationUri}`)
    if (showQr) qrTerminal.generate(session.qrText, { small: true }, (drawing) => say(drawing))
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

/** The first round starts helper and shell together; the others restart the helper below a shell that is up. */
export function tellMeasures(say: Say, rounds: readonly Round[], intervalSeconds: number): void {
  const [first, ...others] = rounds
  if (!first) return
  const restarts = others.map(({ startToCodeMs }) => startToCodeMs)
  const approvals = rounds.map(({ approveToConfirmingMs }) => approveToConfirmingMs)
  const medianOf = (values: readonly number[]) => `${median(values)} ms, median of ${values.length}`
  say(`helper start → code on the glass        ${first.startToCodeMs} ms, with the shell’s own start`)
  if (restarts.length > 0) say(`helper restart → code on the glass      ${medianOf(restarts)}`)
  say(`approval → "Is this you?" on the glass  ${medianOf(approvals)}, interval ${intervalSeconds} s`)
}
