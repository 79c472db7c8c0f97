/** A stream that compares what is written to it with a file. Writes nothing. */
import { open } from 'node:fs/promises'
import { PackageFault } from './package-fault.mjs'

/**
 * @param {string} path
 * @param {'container' | 'content'} part whose fault a difference is
 * @returns {WritableStream<Uint8Array>} fails at the first byte that differs, and at the end where the file goes on
 */
export function compareWithFile(path, part) {
  let offset = 0
  let file
  const differs = (at) =>
    new PackageFault(
      part,
      `byte ${at} of the ${part === 'container' ? 'file' : 'zip inside'} is not as this command writes it`,
    )
  return new WritableStream({
    async start() {
      file = await open(path)
    },
    async write(chunk) {
      const there = Buffer.alloc(chunk.length)
      const { bytesRead } = await file.read(there, 0, chunk.length, offset)
      const at = there.subarray(0, bytesRead).equals(chunk)
        ? -1
        : chunk.findIndex((byte, index) => index >= bytesRead || byte !== there[index])
      if (at >= 0) {
        await file.close()
        throw differs(offset + at)
      }
      offset += chunk.length
    },
    async close() {
      const { size } = await file.stat()
      await file.close()
      if (size !== offset) throw differs(offset)
    },
    async abort() {
      await file.close()
    },
  })
}
