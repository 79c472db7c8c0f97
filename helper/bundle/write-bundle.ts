/** Puts a fresh bundle into a folder. Never overwrites a file unless told to. */
import { constants } from 'node:fs'
import { chmod, copyFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { RefusedError } from './bundle-io.ts'

/** Everybody may read a bundle, which holds no secret; only its owner may change it. */
const FILE_MODE = 0o644
const FOLDER_MODE = 0o755

export type BundleParts = {
  /** Of kiosk.json. */
  content: unknown
  /** Paths of files that go beside it under their own names. */
  files: readonly string[]
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** Step by step: Node's own recursion never ends in a folder such as /proc. */
async function makeFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => null)
  if (found?.isDirectory()) return
  if (found) throw new RefusedError(`${folder} is no folder`)
  if (dirname(folder) !== folder) await makeFolder(dirname(folder))
  await mkdir(folder, { mode: FOLDER_MODE }).catch((error: NodeJS.ErrnoException) => {
    throw new RefusedError(`${folder} cannot be made (${error.code})`)
  })
}

/**
 * kiosk.json comes last, so that whoever follows the folder never sees one that names a missing file.
 *
 * @throws RefusedError where a file is there already and `mayReplace` is false, where one to copy cannot be
 * read, and where the folder cannot be made
 */
export async function writeBundle(folder: string, { content, files }: BundleParts, mayReplace: boolean): Promise<void> {
  await makeFolder(resolve(folder))
  const config = join(folder, 'kiosk.json')
  // A file that lies in the bundle already is only named.
  const copies = files.filter((path) => dirname(resolve(path)) !== resolve(folder))
  for (const path of [config, ...copies.map((copy) => join(folder, basename(copy)))]) {
    if (!mayReplace && (await isThere(path))) throw new RefusedError(`${path} is there already; --force replaces it`)
  }
  for (const path of copies) {
    const copy = join(folder, basename(path))
    try {
      await copyFile(path, copy, mayReplace ? 0 : constants.COPYFILE_EXCL)
      await chmod(copy, FILE_MODE)
    } catch (error) {
      throw new RefusedError(`${path} cannot be copied (${(error as NodeJS.ErrnoException).code})`)
    }
  }
  const text = `${JSON.stringify(content, null, 2)}\n`
  if (!mayReplace) {
    await writeFile(config, text, { flag: 'wx' })
    await chmod(config, FILE_MODE)
    return
  }
  const fresh = join(folder, `.kiosk.json.${process.pid}`)
  try {
    await writeFile(fresh, text)
    await chmod(fresh, FILE_MODE)
    await rename(fresh, config)
  } finally {
    await rm(fresh, { force: true })
  }
}
