/** Reads what the kernel tells in /proc and /sys. Never throws: what cannot be read is told apart from what is not there. */
import { readdir, readFile } from 'node:fs/promises'

type SystemFile = { kind: 'read'; text: string } | { kind: 'absent' } | { kind: 'unreadable' }

export async function readSystemFile(path: string): Promise<SystemFile> {
  try {
    return { kind: 'read', text: await readFile(path, 'utf8') }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return { kind: code === 'ENOENT' || code === 'ENOTDIR' ? 'absent' : 'unreadable' }
  }
}

/** @returns the empty string for what is absent or unreadable */
export async function readSystemText(path: string): Promise<string> {
  const file = await readSystemFile(path)
  return file.kind === 'read' ? file.text.trim() : ''
}

/** @returns nothing for a folder that is absent or unreadable */
export function listSystemFolder(path: string): Promise<string[]> {
  return readdir(path).catch(() => [])
}

/** Undoes what the kernel does to spaces, tabs, line feeds and backslashes in paths: `\040`. */
export function unescapeKernelPath(escaped: string): string {
  return escaped.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
