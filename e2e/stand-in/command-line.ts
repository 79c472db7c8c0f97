/** Reads the stand-in's command line as Electron reads its own, and finds the app it names. Never starts anything. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

export type CommandLineSwitches = Map<string, string>

/** `--name` and `--name=value`, wherever they stand; the first other word is the app. */
export function parseCommandLine(words: readonly string[]): { switches: CommandLineSwitches; appPath: string } {
  const switches: CommandLineSwitches = new Map()
  for (const word of words.filter((each) => each.startsWith('--'))) {
    const equals = word.indexOf('=')
    switches.set(equals < 0 ? word.slice(2) : word.slice(2, equals), equals < 0 ? '' : word.slice(equals + 1))
  }
  const appPath = words.find((word) => !word.startsWith('-'))
  if (appPath === undefined) throw new Error('electron stand-in: usage: electron [--switches] path/to/main.cjs')
  return { switches, appPath: resolve(appPath) }
}

export type AppPackage = { folder: string; mainFile: string; name: string; version: string }

type PackageJson = { name?: string; productName?: string; version?: string; main?: string }

function readPackage(folder: string): PackageJson | null {
  const file = join(folder, 'package.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
}

/** The nearest package around the main file that has a name, as if Electron had been given that package's folder. */
export function findAppPackage(appPath: string): AppPackage {
  const isFolder = statSync(appPath).isDirectory()
  const mainFile = isFolder ? join(appPath, readPackage(appPath)?.main ?? 'index.js') : appPath
  const start = isFolder ? appPath : dirname(appPath)
  for (let folder = start; ; folder = dirname(folder)) {
    const found = readPackage(folder)
    const name = found?.productName ?? found?.name
    if (name !== undefined) return { folder, mainFile, name, version: found?.version ?? '0.0.0' }
    if (folder === dirname(folder)) return { folder: start, mainFile, name: 'Electron', version: '0.0.0' }
  }
}
