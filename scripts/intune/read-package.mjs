/** Opens a .intunewin and looks at every byte of it: docs/decisions/0038 says what covers which. Never trusts one before its HMAC. */
import { createDecipheriv, createHash, createHmac } from 'node:crypto'
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { crc32 } from 'node:zlib'
import yauzl from 'yauzl'
import { parseDetectionXml, writeDetectionXml } from './detection-xml.mjs'
import { PackageFault } from './package-fault.mjs'
import { compareWithFile } from './same-bytes.mjs'
import { writeStoredZip } from './stored-zip.mjs'
import { findNameFaults } from './windows-names.mjs'
import { CONTENT_PATH, DETECTION_PATH, IV_BYTES, MAC_BYTES } from './write-package.mjs'

const BLOCK_BYTES = 16
const HEADER_BYTES = MAC_BYTES + IV_BYTES
/** Ours has 1 kB; one for an MSI a little more. */
const LONGEST_DETECTION_BYTES = 65_536

/** yauzl's complaints, as a fault of the part that it read. What the system refuses (a full disk) is none of the package. */
async function asFault(part, work) {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof PackageFault || cause.syscall) throw cause
    throw new PackageFault(part, cause.message, { cause })
  }
}

async function* checked(entry, part, chunks) {
  let checksum = 0
  for await (const chunk of chunks) {
    checksum = crc32(chunk, checksum)
    yield chunk
  }
  if (checksum !== entry.crc32) throw new PackageFault(part, `"${entry.fileName}": its checksum (CRC-32) is another`)
}

/** @returns {Promise<{ zip: object, entries: import('./stored-zip.mjs').ZipEntry[] }>} */
async function openZip(path, part, isForeign) {
  const zip = await yauzl.openPromise(path, { autoClose: false, strictFileNames: !isForeign })
  const entries = []
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.isEncrypted()) throw new PackageFault(part, `"${entry.fileName}" is encrypted by zip's own means`)
      const open = async () => checked(entry, part, await zip.openReadStreamPromise(entry))
      entries.push({ name: entry.fileName, size: entry.uncompressedSize, crc32: entry.crc32, open })
    }
  } catch (error) {
    zip.close()
    throw error
  }
  return { zip, entries }
}

const findEntry = (entries, name) => {
  const found = entries.filter((entry) => entry.name === name)
  if (found.length !== 1)
    throw new PackageFault('container', `it holds ${found.length === 0 ? 'no' : 'more than one'} ${name}`)
  return found[0]
}

async function readAll({ name, size, open }, atMostBytes) {
  if (size > atMostBytes) throw new PackageFault('container', `${name} is longer than ${atMostBytes} bytes`)
  const chunks = []
  for await (const chunk of await open()) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Encrypt-then-MAC: the HMAC is looked at before anything is decrypted. */
async function checkMac(content, { keys, mac, unencryptedContentSize }) {
  const wanted = HEADER_BYTES + (Math.floor(unencryptedContentSize / BLOCK_BYTES) + 1) * BLOCK_BYTES
  if (content.size !== wanted)
    throw new PackageFault('mac', `the content has ${content.size} bytes, and ${wanted} by its UnencryptedContentSize`)
  const hmac = createHmac('sha256', keys.macKey)
  let [offset, header] = [0, Buffer.alloc(0)]
  for await (const chunk of await content.open()) {
    if (header.length < HEADER_BYTES) header = Buffer.concat([header, chunk.subarray(0, HEADER_BYTES - header.length)])
    hmac.update(chunk.subarray(Math.max(0, MAC_BYTES - offset)))
    offset += chunk.length
  }
  if (!header.subarray(0, MAC_BYTES).equals(mac))
    throw new PackageFault('mac', 'its first 32 bytes are not the Mac of Detection.xml')
  if (!header.subarray(MAC_BYTES).equals(keys.initializationVector))
    throw new PackageFault('mac', 'its next 16 bytes are not the InitializationVector of Detection.xml')
  if (!hmac.digest().equals(mac))
    throw new PackageFault('mac', 'its HMAC is another: the content or the MacKey was changed')
}

async function* skip(chunks, bytes) {
  let left = bytes
  for await (const chunk of chunks) {
    if (left < chunk.length) yield chunk.subarray(left)
    left = Math.max(0, left - chunk.length)
  }
}

/** The zip inside, with the digest of what it was before it was encrypted: Microsoft Graph, fileEncryptionInfo. */
async function decrypt(content, { keys, fileDigest, unencryptedContentSize }, plainPath) {
  const digest = createHash('sha256')
  let size = 0
  const decipher = createDecipheriv('aes-256-cbc', keys.encryptionKey, keys.initializationVector)
  const look = async function* (chunks) {
    for await (const chunk of chunks) {
      digest.update(chunk)
      size += chunk.length
      yield chunk
    }
  }
  try {
    await pipeline(
      skip(await content.open(), HEADER_BYTES),
      decipher,
      look,
      createWriteStream(plainPath, { flags: 'wx' }),
    )
  } catch (cause) {
    if (cause.code !== 'ERR_OSSL_BAD_DECRYPT') throw cause
    throw new PackageFault('digest', 'the EncryptionKey does not open it')
  }
  if (!digest.digest().equals(fileDigest))
    throw new PackageFault('digest', 'the FileDigest is not the SHA-256 of the decrypted content')
  if (size !== unencryptedContentSize)
    throw new PackageFault(
      'digest',
      `it has ${size} bytes decrypted, and ${unencryptedContentSize} by its UnencryptedContentSize`,
    )
}

function checkNames(entries, { setupFile }) {
  const faults = findNameFaults(entries.map(({ name }) => name))
  if (!entries.some(({ name }) => name === setupFile.replaceAll('\\', '/')))
    faults.push('the SetupFile of Detection.xml is not among the files')
  if (faults.length > 0) throw new PackageFault('content', faults)
}

async function drain(entries) {
  for (const { open } of entries) for await (const _ of await open());
}

/** Only what is empty has an entry of its own. */
const isNeeded = ({ name }, entries) =>
  !name.endsWith('/') || !entries.some((other) => other.name !== name && other.name.startsWith(name))

/** What no checksum covers: a zip holds times, versions and attributes, and can hold what it does not list. So it is written once more. */
async function checkForm({ path, outer, detectionBytes, detection, plainPath, inner }) {
  if (!Buffer.from(writeDetectionXml(detection)).equals(detectionBytes))
    throw new PackageFault('detection', 'Detection.xml is not written as this command writes it')
  await writeStoredZip(outer, compareWithFile(path, 'container'))
  const needed = inner.filter((entry) => isNeeded(entry, inner))
  await writeStoredZip(needed, compareWithFile(plainPath, 'content'))
}

/**
 * Checks a package, and opens it for as long as `use` takes.
 *
 * @template T
 * @param {string} path
 * @param {{ isForeign: boolean }} how foreign: another tool made it, so that only what it means is looked at, not its form
 * @param {(opened: { detection: import('./detection-xml.mjs').Detection, entries: import('./stored-zip.mjs').ZipEntry[] }) => Promise<T>} use
 * @returns {Promise<T>}
 * @throws PackageFault
 */
export async function openIntunePackage(path, { isForeign }, use) {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) throw new PackageFault('input', `there is no file ${path}`)
  const scratch = mkdtempSync(join(tmpdir(), 'intunewin-'))
  const zips = []
  const openKept = async (file, part) => {
    const { zip, entries } = await asFault(part, () => openZip(file, part, isForeign))
    zips.push(zip)
    return entries
  }
  try {
    const outer = await openKept(path, 'container')
    const [content, described] = [findEntry(outer, CONTENT_PATH), findEntry(outer, DETECTION_PATH)]
    const detectionBytes = await asFault('container', () => readAll(described, LONGEST_DETECTION_BYTES))
    const detection = parseDetectionXml(detectionBytes)
    await asFault('container', () => checkMac(content, detection))
    const plainPath = join(scratch, 'content.zip')
    await asFault('container', () => decrypt(content, detection, plainPath))
    const inner = await openKept(plainPath, 'content')
    checkNames(inner, detection)
    if (isForeign) await asFault('content', () => drain(inner))
    else {
      const found = { path, outer: [content, described], detectionBytes, detection, plainPath, inner }
      await asFault('content', () => checkForm(found))
    }
    return await use({ detection, entries: inner })
  } finally {
    for (const zip of zips) zip.close()
    rmSync(scratch, { recursive: true, force: true })
  }
}
