/** Pictures of every state that the demo passed through, in a folder that outlives it only when it ended by itself. */
import { mkdir, rm, rmdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

export type Screenshots = {
  /** Absolute, in the order in which the states were met. */
  paths(): string[]
  keep(kind: string, png: Buffer): Promise<void>
  remove(): Promise<void>
}

/** @param folder may hold files of the reader’s own: only the pictures of this run are ever replaced or removed */
export async function openScreenshots(folder: string): Promise<Screenshots> {
  const absolute = resolve(folder)
  const isOurs = (await mkdir(absolute, { recursive: true })) !== undefined
  const paths = new Map<string, string>()
  return {
    paths: () => [...paths.values()],
    async keep(kind, png) {
      const path = paths.get(kind) ?? join(absolute, `${String(paths.size + 1).padStart(2, '0')}-${kind}.png`)
      paths.set(kind, path)
      await writeFile(path, png)
    },
    async remove() {
      for (const path of paths.values()) await rm(path, { force: true })
      if (isOurs) await rmdir(absolute)
    },
  }
}
