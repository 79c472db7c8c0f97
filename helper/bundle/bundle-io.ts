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

/** Wrong usage; the message names the option. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Rightly asked for, and not done. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
}

function openPrompt() {
  const lines = createInterface({ input: process.stdin, output: process.stdout })
  const ended = new AbortController()
  lines.once('close', () => ended.abort())
  return {
    async ask(question: string): Promise<string> {
      try {
        return await lines.question(question, { signal: ended.signal })
      } catch (error) {
        // Ctrl+C and Ctrl+D.
        if (error instanceof Error && error.name === 'AbortError') throw new RefusedError('nothing was written')
        throw error
      }
    },
    close: () => lines.close(),
  }
}

export const TERMINAL: BundleIo = {
  print: (text) => void process.stdout.write(`${text}\n`),
  complain: (text) => void process.stderr.write(`${text}\n`),
  openPrompt: process.stdin.isTTY ? openPrompt : null,
}

/** What `parseArgs` throws is wrong usage as well. */
export function isUsageError(error: unknown): error is Error {
  if (error instanceof UsageError) return true
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')
}
