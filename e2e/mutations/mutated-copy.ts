/** Copies of the shell's sources, each with one mutation in it, built and tested apart. Never changes the sources themselves. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import type { Edit } from './mutation-list.ts'

export const ROOT = join(import.meta.dirname, '../..')

export type CopyRoom = {
  folder: string
  /** Makes the copy of that name. @throws Error when an edit does not fit exactly once: the source has changed since */
  makeCopy(name: string, edits: readonly Edit[]): string
  remove(): void
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function applyEdit(folder: string, { file, find, replace }: Edit): void {
  if (file === 'preload.ts') throw new Error('the preload is not built anew for a mutation: see buildCopy')
  const path = join(folder, 'electron', file)
  const source = readFileSync(path, 'utf8')
  const found = [...source.matchAll(typeof find === 'string' ? new RegExp(escaped(find), 'g') : new RegExp(find, 'g'))]
  if (found.length !== 1) throw new Error(`${find} is there ${found.length} times in ${file}, not once`)
  writeFileSync(path, source.replace(find, replace))
}

/** A folder that the copies lie side by side in, so that one run of a test program can see them all. */
export function openCopyRoom(): CopyRoom {
  const room = mkdtempSync(join(tmpdir(), 'kiosk-mutations-'))
  symlinkSync(join(ROOT, 'node_modules'), join(room, 'node_modules'))
  return {
    folder: room,
    makeCopy(name, edits) {
      const folder = join(room, name)
      mkdirSync(join(folder, 'dist'), { recursive: true })
      cpSync(join(ROOT, 'electron'), join(folder, 'electron'), { recursive: true })
      cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'))
      for (const shared of ['contract', 'tsconfig.base.json', 'ecosystem.config.js']) {
        symlinkSync(join(ROOT, shared), join(folder, shared))
      }
      symlinkSync(join(ROOT, 'dist', 'renderer'), join(folder, 'dist', 'renderer'))
      for (const edit of edits) applyEdit(folder, edit)
      return folder
    },
    remove: () => rmSync(room, { recursive: true, force: true }),
  }
}

/** Builds the main process. The preload is the one of the last build: no mutation changes it. */
export async function buildCopy(folder: string): Promise<void> {
  await build({ configFile: join(folder, 'electron', 'vite.config.ts'), logLevel: 'error' })
  cpSync(join(ROOT, 'dist/electron/preload.cjs'), join(folder, 'dist/electron/preload.cjs'))
}
