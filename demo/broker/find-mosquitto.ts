/** Finds mosquitto, which Debian keeps where an ordinary account does not look. Never downloads it. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

export function findMosquitto(): string | null {
  for (const folder of ['/usr/sbin', ...(process.env.PATH ?? '').split(delimiter)]) {
    const path = join(folder, 'mosquitto')
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // Not in this folder.
    }
  }
  return null
}
