/** What the bundle's commands say and ask, so that a test can listen and answer. Never asks where nobody can answer. */
import { createInterface } from 'node:readline/promises'

/** As in all of kioskctl. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const

export type BundleIo = {
  print(text: string): void
  complain(text: string): void
  /** Null where standard input is no terminal. */
  openPrompt: (() => { ask(question: string): Promise<string>; close(): void }) | null
}

export const TERMINAL: BundleIo = {
  print: (text) => void process.stdout.write(`${text}\n`),
  complain: (text) => void process.stderr.write(`${text}\n`),
  openPrompt: process.stdin.isTTY
    ? () => {
        const lines = createInterface({ input: process.stdin, output: process.stdout })
        return { ask: (question) => lines.question(question), close: () => lines.close() }
      }
    : null,
}

/** Wrong usage; the message names the option. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What `parseArgs` throws is wrong usage as well. */
export function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}
