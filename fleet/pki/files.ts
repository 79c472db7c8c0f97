/** Files of the PKI. Never writes over a key, and never leaves half a file. */
import { open, rename, rm } from 'node:fs/promises'
import { Refusal, wordsOf } from '../refusal.ts'

export const FOR_ITS_OWNER = 0o600
export const FOR_EVERYBODY = 0o644

/** @throws Refusal where a file is there already, or cannot be written */
export async function writeNewFile(path: string, text: string, mode: number): Promise<void> {
  try {
    const file = await open(path, 'wx', mode)
    try {
      // The process's umask may take bits away; the mode is what was meant.
      await file.chmod(mode)
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    throw new Refusal(`${path} cannot be written: ${wordsOf(error)}`)
  }
}

/** Readers see the old file or the new one. */
export async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const fresh = `${path}.${process.pid}.new`
  try {
    await writeNewFile(fresh, text, mode)
    await rename(fresh, path)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error instanceof Refusal ? error : new Refusal(`${path} cannot be replaced: ${wordsOf(error)}`)
  }
}
