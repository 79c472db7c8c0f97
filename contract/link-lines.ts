/**
 * Lines over a socket for the hello; what comes behind it is left in the socket for JSON-RPC.
 * Never waits for ever, never reads an endless line.
 */
import { KioskError } from './kiosk-error.ts'
import type { LineChannel } from './link-hello.ts'

/** For the whole hello, not for each of its lines: a peer cannot hold a place by dripping them. */
const HELLO_LIMIT_MS = 2_000
const LINE_LIMIT_BYTES = 512
const LINE_FEED = 0x0a

/** The part of a Node socket that the hello needs. */
export type LinkSocket = {
  read(): Uint8Array | null
  unshift(bytes: Uint8Array): void
  write(text: string): unknown
  on(event: 'readable' | 'close' | 'error', listener: () => void): unknown
  off(event: 'readable' | 'close' | 'error', listener: () => void): unknown
}

/** Starts a timer; the answer stops it. */
export type StartTimer = (delayMs: number, fire: () => void) => () => void

/** The hello is ASCII; anything else fails its schema. */
function decode(bytes: readonly number[]): string {
  return String.fromCharCode(...bytes)
}

type LineReading = { line: Promise<string>; fail(why: string): void }

function readLine(socket: LinkSocket): LineReading {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const received: number[] = []
  socket.on('readable', readChunks)
  socket.on('close', onClose)
  socket.on('error', onClose)

  /** At once, not in a later turn: what is in the socket from here on is not the hello's to read. */
  function letGo(): void {
    socket.off('readable', readChunks)
    socket.off('close', onClose)
    socket.off('error', onClose)
  }
  function fail(why: string): void {
    letGo()
    reject(new KioskError('link-hello-refused', why))
  }
  function onClose(): void {
    fail('the peer left the shell link before the hello was done')
  }
  function readChunks(): void {
    for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) {
      const end = chunk.indexOf(LINE_FEED)
      const line = end < 0 ? chunk : chunk.subarray(0, end)
      if (received.length + line.length > LINE_LIMIT_BYTES) {
        fail('the hello on the shell link is too long')
        return
      }
      received.push(...line)
      if (end < 0) continue
      letGo()
      if (end + 1 < chunk.length) socket.unshift(chunk.subarray(end + 1))
      resolve(decode(received))
      return
    }
  }
  return { line: promise, fail }
}

/** The time for the hello runs from here until the channel is closed. */
export function openLineChannel(socket: LinkSocket, startTimer: StartTimer): LineChannel {
  const late = `the hello on the shell link took over ${HELLO_LIMIT_MS} ms`
  let isLate = false
  let reading: LineReading | null = null
  const stopTimer = startTimer(HELLO_LIMIT_MS, () => {
    isLate = true
    reading?.fail(late)
  })
  return {
    readLine: async () => {
      if (isLate) throw new KioskError('link-hello-refused', late)
      reading = readLine(socket)
      return reading.line
    },
    writeLine: (line) => {
      socket.write(`${line}\n`)
    },
    close: stopTimer,
  }
}
