/** A zip in its plainest form: stored, sorted, one fixed time, no extra fields. The same entries give the same bytes. Never compresses. */
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { configure, ZipWriter } from '@zip.js/zip.js'
import { PackageFault } from './package-fault.mjs'

configure({ useWebWorkers: false })

/**
 * What of an entry is not its name or content. Deflate would make the bytes depend on the zlib of whoever packs, and an installer
 * is compressed already. Checksums come first, so that no reader needs a data descriptor.
 */
const PLAIN = {
  level: 0,
  passThrough: true,
  compressionMethod: 0,
  dataDescriptor: false,
  extendedTimestamp: false,
  // A zip holds local time: the first moment that it can hold, wherever it is packed.
  lastModDate: new Date(1980, 0, 1),
  msDosCompatible: true,
}

/**
 * @typedef {object} ZipEntry
 * @property {string} name with `/`; a folder's ends in it
 * @property {number} size in bytes
 * @property {number} crc32
 * @property {() => AsyncIterable<Buffer> | Promise<AsyncIterable<Buffer>>} open its content; read once or more
 */

/** By UTF-16 units, which no locale changes. */
function byName(one, other) {
  if (one.name === other.name) return 0
  return one.name < other.name ? -1 : 1
}

async function* counted({ name, size, crc32: expected, open }) {
  let [checksum, bytes] = [0, 0]
  for await (const chunk of await open()) {
    checksum = crc32(chunk, checksum)
    bytes += chunk.length
    if (bytes > size) break
    yield chunk
  }
  if (bytes !== size || checksum !== expected)
    throw new PackageFault('content', `"${name}" is not what it was a moment ago, or what its checksum says`)
}

/**
 * Writes the zip and closes the stream.
 *
 * @param {readonly ZipEntry[]} entries
 * @param {WritableStream<Uint8Array>} output
 * @throws PackageFault `content` where an entry does not have the size and checksum that it claims
 */
export async function writeStoredZip(entries, output) {
  const writer = new ZipWriter(output, PLAIN)
  for (const entry of [...entries].sort(byName)) {
    if (entry.name.endsWith('/')) await writer.add(entry.name, undefined, { directory: true })
    else {
      // With the size beside it, the content goes straight through instead of being kept until its end.
      const content = { readable: Readable.toWeb(Readable.from(counted(entry))), size: entry.size }
      await writer.add(entry.name, content, { uncompressedSize: entry.size, crc32: entry.crc32 })
    }
  }
  await writer.close()
}

/** An entry of a file on disk, which is read once now for its checksum. @returns {Promise<ZipEntry>} */
export async function entryOfFile(name, path) {
  let [checksum, size] = [0, 0]
  for await (const chunk of createReadStream(path)) {
    checksum = crc32(chunk, checksum)
    size += chunk.length
  }
  return { name, size, crc32: checksum, open: () => createReadStream(path) }
}

/** @returns {ZipEntry} */
export function entryOfBytes(name, bytes) {
  return { name, size: bytes.length, crc32: crc32(bytes), open: () => Readable.from([bytes]) }
}

/** An empty folder. @returns {ZipEntry} */
export function entryOfFolder(name) {
  return { name, size: 0, crc32: 0, open: () => Readable.from([]) }
}
