/** Asks before kiosks are wiped, by something that nobody types by mistake. Never takes an answer from a pipe. */
import { createInterface } from 'node:readline/promises'
import { Refusal } from '../refusal.ts'
import { type WipeQuestion, wipePhrase, wipeQuestionText } from './order-words.ts'

/** @throws Refusal where there is no terminal to ask at */
export function refuseWithoutTerminal(): void {
  if (process.stdin.isTTY && process.stderr.isTTY) return
  throw new Refusal('a wipe is asked about first, and there is no terminal to ask at: a script says --yes')
}

/** @throws Refusal for any other answer */
export async function confirmWipe(question: WipeQuestion, signal: AbortSignal): Promise<void> {
  refuseWithoutTerminal()
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    // Ctrl+C at the question is an answer as well.
    terminal.on('SIGINT', () => terminal.close())
    const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')))
    const answer = await Promise.race([terminal.question(wipeQuestionText(question, Date.now()), { signal }), closed])
    if (answer.trim() !== wipePhrase(question.deviceIds)) throw new Refusal('nothing was wiped')
  } finally {
    terminal.close()
  }
}
