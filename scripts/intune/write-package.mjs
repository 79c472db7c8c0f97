/** Makes a .intunewin of a folder, as docs/decisions/0038 describes it. Never leaves half a package, and never overwrites one. */
import { createCipheriv, createHash, createHmac } from 'node:crypto'
import {
  closeSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { basename, extname, join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { CONTENT_NAME, writeDetectionXml } from './detection-xml.mjs'
import { PackageFault } from './package-fault.mjs'
import { readSetupFolder, refuseOutputInside } from './setup-folder.mjs'
import { entryOfBytes, entryOfFile, entryOfFolder, writeStoredZip } from './stored-zip.mjs'

export const CONTENT_PATH = `IntuneWinPackage/Contents/${CONTENT_NAME}`
export const DETECTION_PATH = 'IntuneWinPackage/Metadata/Detection.xml'
export const MAC_BYTES = 32
export const IV_BYTES = 16

const fileStream = (path, start = 0) => createWriteStream(path, { flags: 'wx', start })

/** Hands on what it looks at. */
const tap = (look) =>
  async function* (chunks) {
    for await (const chunk of chunks) {
      look(chunk)
      yield chunk
    }
  }

/**
 * Writes `[HMAC-SHA256 32][IV 16][AES-256-CBC of the zip]`, the HMAC over IV and ciphertext.
 *
 * @param {readonly import('./stored-zip.mjs').ZipEntry[]} entries
 * @param {import('./detection-xml.mjs').Keys} keys
 * @param {string} path a file to write
 * @returns {Promise<{ unencryptedContentSize: number, fileDigest: Buffer, mac: Buffer }>}
 */
async function writeContent(entries, keys, path) {
  const { encryptionKey, macKey, initializationVector } = keys
  const digest = createHash('sha256')
  const hmac = createHmac('sha256', macKey).update(initializationVector)
  let unencryptedContentSize = 0
  const plain = new PassThrough()
  await Promise.all([
    writeStoredZip(entries, Writable.toWeb(plain)),
    pipeline(
      plain,
      tap((chunk) => {
        digest.update(chunk)
        unencryptedContentSize += chunk.length
      }),
      createCipheriv('aes-256-cbc', encryptionKey, initializationVector),
      tap((chunk) => hmac.update(chunk)),
      fileStream(path, MAC_BYTES + IV_BYTES),
    ),
  ])
  const mac = hmac.digest()
  // The HMAC is known last and stands first.
  const file = openSync(path, 'r+')
  try {
    writeSync(file, Buffer.concat([mac, initializationVector]), 0, MAC_BYTES + IV_BYTES, 0)
  } finally {
    closeSync(file)
  }
  return { unencryptedContentSize, fileDigest: digest.digest(), mac }
}

async function entriesOf(files) {
  const entries = []
  for (const { name, path } of files)
    entries.push(name.endsWith('/') ? entryOfFolder(name) : await entryOfFile(name, path))
  return entries
}

/**
 * @param {{ setup: string, file: string, out: string, keys: import('./detection-xml.mjs').Keys, onlyFor: Buffer | null }} how folder,
 *   its installer, the folder to write to, which is made, and keys, which may serve the content of this digest alone
 * @returns {Promise<{ path: string, fileCount: number, unencryptedContentSize: number }>}
 * @throws PackageFault `input` for what cannot be packed, `content` where a file changes meanwhile
 */
export async function writeIntunePackage({ setup, file, out, keys, onlyFor }) {
  const { files, setupFile } = readSetupFolder(setup, file)
  refuseOutputInside(setup, out)
  const path = join(out, `${basename(setupFile, extname(setupFile))}.intunewin`)
  if (existsSync(path))
    throw new PackageFault('input', `--out: ${path} is there already: remove it or name another folder`)
  mkdirSync(out, { recursive: true })
  const scratch = mkdtempSync(join(out, '.intunewin-'))
  try {
    const content = join(scratch, CONTENT_NAME)
    const facts = await writeContent(await entriesOf(files), keys, content)
    if (onlyFor && !onlyFor.equals(facts.fileDigest))
      throw new PackageFault(
        'input',
        '--keys: the setup folder is not what that package was made of, and keys never serve twice',
      )
    const detection = writeDetectionXml({
      ...facts,
      keys,
      name: basename(setupFile),
      setupFile: setupFile.replaceAll('/', '\\'),
    })
    const whole = join(scratch, 'whole')
    await writeStoredZip(
      [await entryOfFile(CONTENT_PATH, content), entryOfBytes(DETECTION_PATH, Buffer.from(detection))],
      Writable.toWeb(fileStream(whole)),
    )
    renameSync(whole, path)
    return { path, fileCount: files.length, unencryptedContentSize: facts.unencryptedContentSize }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
