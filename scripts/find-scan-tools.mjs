/** Finds ImageMagick and zbar, which stand for the camera and the reader of the scan bench. Never downloads them. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Debian's own folder first: a wrapper that lies before it on the PATH costs a process for every photo. */
const FOLDERS = ['/usr/bin', '/opt/homebrew/bin', ...(process.env.PATH ?? '').split(delimiter)]

function find(program) {
  for (const folder of FOLDERS) {
    const path = join(folder, program)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // Not in this folder.
    }
  }
  return null
}

/** @returns {{ convert: string | null, zbarimg: string | null }} */
export function findScanTools() {
  return { convert: find('convert'), zbarimg: find('zbarimg') }
}
