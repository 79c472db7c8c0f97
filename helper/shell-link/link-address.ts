/** Where the link listens: a socket in its folder, or on Windows a pipe whose name nobody knew before. Opens neither. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LINK_FILES, pipeNameOf, pipeNameSchema } from '../../contract/link-protocol.ts'

/** For a helper that starts. */
export function newLinkAddress(runtimeFolder: string, platform: NodeJS.Platform): string {
  if (platform !== 'win32') return join(runtimeFolder, LINK_FILES.socket)
  return pipeNameOf(randomBytes(32).toString('hex'))
}

/**
 * Of the helper that was started last.
 *
 * @returns null on Windows where no helper has left a name, or something else lies there
 */
export async function presentLinkAddress(runtimeFolder: string, platform: NodeJS.Platform): Promise<string | null> {
  if (platform !== 'win32') return join(runtimeFolder, LINK_FILES.socket)
  const text = await readFile(join(runtimeFolder, LINK_FILES.pipeName), 'utf8').catch(() => '')
  return pipeNameSchema.safeParse(text).data ?? null
}
