/**
 * Lines over a socket for the hello; what comes behind it is left in the socket for JSON-RPC.
 * Never waits for ever, never reads an endless line.
 */
import { KioskError } from './kiosk-error.ts'
import type { LineChannel } from './link-hello.ts'

const LINE_LIMIT_MS = 2_000
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

function readLine(socket: LinkSocket, startTimer: StartTimer): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const received: number[] = []
  const fail = (what: string) => reject(new KioskError('link-hello-refused', what))
  const onReadable = () => {
    for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) {
      const end = chunk.indexOf(LINE_FEED)
      const line = end < 0 ? chunk : chunk.subarray(0, end)
      if (received.length + line.length > LINE_LIMIT_BYTES) return fail('the hello on the shell link is too long')
      received.push(...line)
      if (end < 0) continue
      // One line only: the next bytes may already be JSON-RPC.
      if (end + 1 < chunk.length) socket.unshift(chunk.subarray(end + 1))
      return resolve(decode(received))
    }
  }
  const onClose = () => fail('the peer left the shell link before the hello was done')
  const stopTimer = startTimer(LINE_LIMIT_MS, () => fail(`a line of the hello took over ${LINE_LIMIT_MS} ms`))
  socket.on('readable', onReadable)
  socket.on('close', onClose)
  socket.on('error', onClose)
  return promise.finally(() => {
    stopTimer()
    socket.off('readable', onReadable)
    socket.off('close', onClose)
    socket.off('error', onClose)
  })
}

export function openLineChannel(socket: LinkSocket, startTimer: StartTimer): LineChannel {
  return {
    readLine: () => readLine(socket, startTimer),
    writeLine: (line) => {
      socket.write(`${line}\n`)
    },
  }
}
