/** Secrets as files, in and out. Never takes one from the command line, which every process of the machine can read. */
import { open, readFile } from 'node:fs/promises'
import { readSecretText } from '../contract/secret-text.ts'
import { UsageError } from './usage-error.ts'

export const STANDARD_INPUT = '-'

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('latin1')
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/**
 * @param path `-` for standard input
 * @returns 32 bytes
 * @throws UsageError for what cannot be read or is no secret
 */
export async function readSecretFile(path: string): Promise<Uint8Array> {
  const where = path === STANDARD_INPUT ? 'standard input' : path
  const text = await (path === STANDARD_INPUT ? readStandardInput() : readFile(path, 'latin1')).catch(
    (error: unknown) => {
      throw new UsageError(`${where} cannot be read: ${wordsOf(error)}`)
    },
  )
  const secret = readSecretText(text)
  if (secret) return secret
  throw new UsageError(`${where} holds no secret: 32 bytes as 64 hex digits or 43 letters of base64url`)
}

/**
 * Writes 64 hex digits with mode 0600.
 *
 * @throws UsageError where a file is there already: nobody loses a secret to a typing mistake
 */
export async function writeSecretFile(path: string, secret: Uint8Array): Promise<void> {
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(`${Buffer.from(secret).toString('hex')}\n`)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw new UsageError(`${path} cannot be written: ${wordsOf(error)}`)
  }
}
