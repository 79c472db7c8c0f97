/** Speaks Chromium's DevTools protocol over a pipe, typed, with one session per target. Knows nothing of Electron. */
import type { Readable, Writable } from 'node:stream'
import type { Protocol } from './chromium-protocol.ts'

export type ChromiumSession = {
  send<Method extends keyof Protocol.CommandParameters>(
    method: Method,
    params?: Protocol.CommandParameters[Method],
  ): Promise<Protocol.CommandReturnValues[Method]>
  on<Name extends keyof Protocol.Events>(event: Name, listener: (payload: Protocol.Events[Name]) => void): void
  /** Rejects what is still under way: the target is gone. */
  close(): void
}

export type ChromiumConnection = {
  readonly browser: ChromiumSession
  session(sessionId: string): ChromiumSession
}

/** The page, frame or browser that a command was meant for no longer exists. */
class TargetGoneError extends Error {
  override readonly name = 'TargetGoneError'
}

type Pending = { method: string; resolve: (result: never) => void; reject: (error: Error) => void }
type Message = {
  id?: number
  sessionId?: string
  method?: string
  params?: unknown
  result?: unknown
  error?: { code: number; message: string }
}

// What Chromium answers when a target or a document went away between two messages.
const GONE =
  /Session with given id not found|Target closed|Cannot find context|No target with given id|navigated or closed|Not attached|Invalid InterceptionId|Target crashed|context was destroyed/i

function errorOf(method: string, error: { code: number; message: string }): Error {
  const text = `${method}: ${error.message}`
  return GONE.test(error.message) ? new TargetGoneError(text) : new Error(text)
}

function openSession(write: (message: object) => void, nextId: () => number, sessionId: string | undefined) {
  const pending = new Map<number, Pending>()
  const listeners = new Map<string, ((payload: never) => void)[]>()
  let closed = false
  const session: ChromiumSession = {
    send(method, params) {
      if (closed) return Promise.reject(new TargetGoneError(`${method}: the target is gone`))
      const id = nextId()
      write({ id, sessionId, method, params: params ?? {} })
      return new Promise((resolve, reject) => pending.set(id, { method, resolve, reject }))
    },
    on(event, listener) {
      listeners.set(event, [...(listeners.get(event) ?? []), listener])
    },
    close() {
      closed = true
      for (const { method, reject } of pending.values()) reject(new TargetGoneError(`${method}: the target is gone`))
      pending.clear()
    },
  }
  const receive = (message: Message) => {
    const waiting = message.id === undefined ? undefined : pending.get(message.id)
    if (message.id !== undefined) pending.delete(message.id)
    if (waiting && message.error) waiting.reject(errorOf(waiting.method, message.error))
    // The protocol's types say what this method answers; Chromium is trusted to keep to them.
    else if (waiting) waiting.resolve(message.result as never)
    else for (const listener of listeners.get(message.method ?? '') ?? []) listener(message.params as never)
  }
  return { session, receive }
}

/** Opens the protocol on Chromium's pipe: JSON messages, each ended by a NUL. */
export function connectChromium(toChromium: Writable, fromChromium: Readable): ChromiumConnection {
  let lastId = 0
  const nextId = () => {
    lastId += 1
    return lastId
  }
  const write = (message: object) => {
    if (toChromium.writable) toChromium.write(`${JSON.stringify(message)}\0`)
  }
  const root = openSession(write, nextId, undefined)
  const sessions = new Map<string, ReturnType<typeof openSession>>()
  const entryOf = (sessionId: string) => {
    const entry = sessions.get(sessionId) ?? openSession(write, nextId, sessionId)
    sessions.set(sessionId, entry)
    return entry
  }
  const receive = (text: string) => {
    const message: Message = JSON.parse(text)
    const entry = message.sessionId === undefined ? root : sessions.get(message.sessionId)
    entry?.receive(message)
  }
  let parts: Buffer[] = []
  fromChromium.on('data', (chunk: Buffer) => {
    let start = 0
    for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0, start)) {
      parts.push(chunk.subarray(start, end))
      receive(Buffer.concat(parts).toString())
      parts = []
      start = end + 1
    }
    parts.push(chunk.subarray(start))
  })
  const closeAll = () => {
    root.session.close()
    for (const entry of sessions.values()) entry.session.close()
  }
  fromChromium.on('close', closeAll)
  // A write after Chromium's end fails with EPIPE; the read side's end already tells the story.
  toChromium.on('error', closeAll)
  root.session.on('Target.detachedFromTarget', ({ sessionId }) => {
    sessions.get(sessionId)?.session.close()
    sessions.delete(sessionId)
  })
  return { browser: root.session, session: (sessionId) => entryOf(sessionId).session }
}

/** For work whose outcome nobody waits for: a vanished target is normal, anything else is told on stderr. */
export function inBackground(work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    if (!(error instanceof TargetGoneError)) console.error('electron stand-in:', error)
  })
}
