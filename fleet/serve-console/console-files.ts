/** The built fleet page, read once. Serves nothing that the build has not made. */
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { Refusal } from '../refusal.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

export type ConsoleFile = { body: Buffer; type: string }

/** Beside the built fleetctl, or where it is run from its sources. */
function findFolder(): string {
  const folders = [
    join(import.meta.dirname, 'console'),
    join(import.meta.dirname, '..', '..', 'dist', 'fleet', 'console'),
  ]
  const found = folders.find((folder) => existsSync(join(folder, 'index.html')))
  if (found === undefined) throw new Refusal('the fleet page is not built: run "npm run build"')
  return found
}

/** By path, such as `/index.html`. */
export async function readConsoleFiles(): Promise<ReadonlyMap<string, ConsoleFile>> {
  const folder = findFolder()
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return new Map(
    await Promise.all(
      files.map(async (path): Promise<[string, ConsoleFile]> => {
        const type = TYPES[extname(path)] ?? 'application/octet-stream'
        return [`/${relative(folder, path).split(sep).join('/')}`, { body: await readFile(path), type }]
      }),
    ),
  )
}
