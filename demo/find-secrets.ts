/** Looks for secrets wherever a kiosk could have left them: files, environments, command lines. Linux only. */
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'

async function* filesBelow(folder: string): AsyncGenerator<string> {
  for (const entry of (await readdir(folder, { withFileTypes: true }).catch(orGone)) ?? []) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path)
    else if (entry.isFile()) yield path
  }
}

/** A file or process that goes away while it is looked at holds nothing any more. */
function orGone(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ESRCH' || error.code === 'EACCES') return null
  throw error
}

/** Processes whose environment or command line names one of the folders: all that belong to one kiosk. */
export async function processesOf(folders: readonly string[]): Promise<{ processId: number; traces: Buffer }[]> {
  const found: { processId: number; traces: Buffer }[] = []
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue
    const parts = await Promise.all(
      ['environ', 'cmdline'].map((file) => readFile(join('/proc', name, file)).catch(orGone)),
    )
    const traces = Buffer.concat(parts.filter((part) => part !== null))
    if (folders.some((folder) => traces.includes(folder))) found.push({ processId: Number(name), traces })
  }
  return found
}

export type SecretSearch = { places: number; bytes: number; found: string[] }

/** @returns where any of the secrets stands in clear, and how much was looked at */
export async function findSecrets(secrets: readonly string[], folders: readonly string[]): Promise<SecretSearch> {
  const search: SecretSearch = { places: 0, bytes: 0, found: [] }
  const look = (where: string, content: Buffer) => {
    search.places += 1
    search.bytes += content.length
    if (secrets.some((secret) => content.includes(secret))) search.found.push(where)
  }
  for (const folder of folders) {
    for await (const path of filesBelow(folder)) {
      const content = (await stat(path).catch(orGone)) && (await readFile(path).catch(orGone))
      if (content) look(path, content)
    }
  }
  for (const { processId, traces } of await processesOf(folders)) look(`process ${processId}`, traces)
  return search
}
