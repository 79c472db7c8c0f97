/** Pictures of every state that the demo passed through, in a folder that outlives it only when it ended by itself. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

export type Screenshots = {
  /** Absolute, in the order in which the states were met. */
  paths(): string[]
  keep(kind: string, png: Buffer): Promise<void>
  remove(): Promise<void>
}

/** @param folder its PNG files are replaced */
export async function openScreenshots(folder: string): Promise<Screenshots> {
  const absolute = resolve(folder)
  await mkdir(absolute, { recursive: true })
  for (const name of await readdir(absolute)) if (name.endsWith('.png')) await rm(join(absolute, name))
  const paths = new Map<string, string>()
  return {
    paths: () => [...paths.values()],
    async keep(kind, png) {
      const path = paths.get(kind) ?? join(absolute, `${String(paths.size + 1).padStart(2, '0')}-${kind}.png`)
      paths.set(kind, path)
      await writeFile(path, png)
    },
    async remove() {
      await rm(absolute, { recursive: true, force: true })
    },
  }
}
