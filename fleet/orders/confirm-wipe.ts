/** Asks before kiosks are wiped, by something that nobody types by mistake. Never takes an answer from a pipe. */
import { createInterface } from 'node:readline/promises'
import { Refusal } from '../refusal.ts'
import { wipePhrase } from './order-words.ts'

/** @throws Refusal where there is no terminal to ask at */
export function refuseWithoutTerminal(): void {
  if (process.stdin.isTTY && process.stderr.isTTY) return
  throw new Refusal('a wipe is asked about first, and there is no terminal to ask at: a script says --yes')
}

/** @throws Refusal for any other answer */
export async function confirmWipe(deviceIds: readonly string[], signal: AbortSignal): Promise<void> {
  refuseWithoutTerminal()
  const phrase = wipePhrase(deviceIds)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const about =
      deviceIds.length === 1 ? '' : `: ${deviceIds.slice(0, 20).join(' ')}${deviceIds.length > 20 ? ' …' : ''}`
    const question = [
      `This wipes ${deviceIds.length === 1 ? 'one kiosk' : `${deviceIds.length} kiosks`}${about}`,
      'Whoever is signed in there is signed out, and the device key is destroyed.',
      `Type "${phrase}" to go on: `,
    ].join('\n')
    // Ctrl+C at the question is an answer as well.
    terminal.on('SIGINT', () => terminal.close())
    const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')))
    const answer = await Promise.race([terminal.question(question, { signal }), closed])
    if (answer.trim() !== phrase) throw new Refusal('nothing was wiped')
  } finally {
    terminal.close()
  }
}
