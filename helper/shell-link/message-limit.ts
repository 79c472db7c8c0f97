/** Counts JSON-RPC messages and their bytes before anything parses them. Never lets a large one, or too many, be buffered. */
import { Transform, type TransformCallback } from 'node:stream'
import { KioskError } from '../../contract/kiosk-error.ts'

const HEADER_LIMIT_BYTES = 64
const HEADER_END = '\r\n\r\n'

export type MessageLimit = {
  stream: Transform
  /** A message that went through has been answered. */
  noteAnswer(): void
}

/**
 * Passes bytes on unchanged; fails with `link-message-too-large` at the header of a message above the limit, and holds back
 * what comes next while more than `unansweredLimit` messages have no answer yet: who does not read is not read either.
 */
export function createMessageLimit(limitBytes: number, unansweredLimit = Number.POSITIVE_INFINITY): MessageLimit {
  let header = ''
  let bodyBytesLeft = 0
  let unansweredCount = 0
  let goOn: (() => void) | null = null

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
    // One field and no other: of two lengths, the parser behind this limit would believe the one that was not checked.
    const length = /^Content-Length: (\d{1,9})$/i.exec(header.slice(0, end))?.[1]
    if (length === undefined) {
      throw new KioskError('link-message-invalid', 'the header of a message on the shell link is not its length alone')
    }
    if (Number(length) > limitBytes) {
      throw new KioskError('link-message-too-large', `a message of ${Number(length)} bytes came over the shell link`)
    }
    bodyBytesLeft = Number(length)
    header = ''
    return end + HEADER_END.length - before
  }

  function count(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      const rest = chunk.subarray(at)
      const used = Math.min(bodyBytesLeft, rest.length)
      bodyBytesLeft -= used
      at += used > 0 ? used : readHeader(rest)
      if (used > 0 && bodyBytesLeft === 0) unansweredCount += 1
    }
  }

  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      try {
        count(chunk)
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)))
        return
      }
      this.push(chunk)
      if (unansweredCount <= unansweredLimit) done()
      else goOn = done
    },
  })
  return {
    stream,
    noteAnswer() {
      unansweredCount -= 1
      if (unansweredCount > unansweredLimit || !goOn) return
      const held = goOn
      goOn = null
      held()
    },
  }
}
