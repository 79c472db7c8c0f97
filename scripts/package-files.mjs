/** Finds packaged applications and the files in them. Only looks. */
import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** @returns {{ path: string, mode: number, isFolder: boolean, isLink: boolean }[]} all below a folder, and the folder itself */
export function everythingIn(folder) {
  return [folder, ...readdirSync(folder, { recursive: true }).map((name) => join(folder, name))].map((path) => {
    const status = lstatSync(path)
    return { path, mode: status.mode, isFolder: status.isDirectory(), isLink: status.isSymbolicLink() }
  })
}

/** The regular files among them. */
export function filesBelow(folder) {
  return everythingIn(folder).filter(({ isFolder, isLink }) => !isFolder && !isLink)
}

const isFolder = (path) => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/** What a folder is, if it is a packaged application. @returns {{ folder: string, resources: string, platform: 'linux' | 'win32' | 'darwin' } | null} */
export function describePackage(folder) {
  if (folder.endsWith('.app')) return { folder, resources: join(folder, 'Contents', 'Resources'), platform: 'darwin' }
  if (!isFolder(join(folder, 'resources'))) return null
  const isWindows = readdirSync(folder).some((name) => name.endsWith('.exe'))
  return { folder, resources: join(folder, 'resources'), platform: isWindows ? 'win32' : 'linux' }
}

/** The packages at a path: the path itself, or what lies one or two folders below it, as electron-builder lays it. */
export function findPackages(path) {
  if (!isFolder(path)) return []
  const own = describePackage(path)
  if (own) return [own]
  const folders = readdirSync(path)
    .map((name) => join(path, name))
    .filter(isFolder)
  return folders.flatMap((folder) => {
    const found = describePackage(folder)
    if (found) return [found]
    const apps = readdirSync(folder).filter((name) => name.endsWith('.app'))
    return apps.flatMap((name) => describePackage(join(folder, name)) ?? [])
  })
}
