/** Counts the bytes of each JSON-RPC message before anything parses it. Never lets an oversized one be buffered. */
import { Transform, type TransformCallback } from 'node:stream'
import { KioskError } from '../../contract/kiosk-error.ts'

const HEADER_LIMIT_BYTES = 256
const HEADER_END = '\r\n\r\n'

/** Passes bytes on unchanged; fails with `link-message-too-large` at the header of a message above the limit. */
export function createMessageLimit(limitBytes: number): Transform {
  let header = ''
  let bodyBytesLeft = 0

  function readHeader(bytes: Buffer): number {
    const before = header.length
    header += bytes.toString('latin1', 0, HEADER_LIMIT_BYTES)
    const end = header.indexOf(HEADER_END)
    if (end < 0) {
      if (header.length >= HEADER_LIMIT_BYTES) {
        throw new KioskError('link-message-invalid', 'a message on the shell link has no header')
      }
      return bytes.length
    }
    const length = /^Content-Length: (\d{1,9})\r?$/im.exec(header.slice(0, end + 2))?.[1]
    if (length === undefined) {
      throw new KioskError('link-message-invalid', 'a message on the shell link does not name its length')
    }
    if (Number(length) > limitBytes) {
      throw new KioskError('link-message-too-large', `a message of ${length} bytes came over the shell link`)
    }
    bodyBytesLeft = Number(length)
    header = ''
    return end + HEADER_END.length - before
  }

  return new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      try {
        for (let at = 0; at < chunk.length; ) {
          const rest = chunk.subarray(at)
          const used = bodyBytesLeft > 0 ? Math.min(bodyBytesLeft, rest.length) : 0
          bodyBytesLeft -= used
          at += used > 0 ? used : readHeader(rest)
        }
        done(null, chunk)
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)))
      }
    },
  })
}
