/** The HTTPS server that clients meet, and its connections. Never listens beyond this machine, never looks into a request. */
import { once } from 'node:events'
import type { IncomingMessage, RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'

export type Front = {
  port: number
  onRequest(listener: RequestListener): void
  /** Ends the connection of a request with RST. */
  reset(request: IncomingMessage): void
  /** Changes come to pass one after the other. */
  setListening(on: boolean): Promise<void>
  /** For good: whatever is still to be listened to, it stays closed. */
  close(): Promise<void>
}

/** While the port was free, the system may have lent it to an outgoing connection of anybody. */
const LISTEN_TRIES = 50
const LISTEN_RETRY_MS = 100

/** @param options.port 0 takes any free port, which stays the front's */
export async function openFront(options: { port: number; cert: string; key: string }): Promise<Front> {
  const { cert, key } = options
  const server = createServer({ cert, key })
  /** By the client's port. TLS has no RST of its own: only the socket below can send one. */
  const sockets = new Map<number | undefined, Socket>()
  server.on('connection', (socket: Socket) => {
    const { remotePort } = socket
    sockets.set(remotePort, socket)
    socket.once('close', () => {
      if (sockets.get(remotePort) === socket) sockets.delete(remotePort)
    })
  })

  async function listen(port: number): Promise<number> {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('the front does not listen on a port')
    return address.port
  }

  const port = await listen(options.port)
  let isClosed = false
  let lastChange: Promise<unknown> = Promise.resolve()

  async function takePort(): Promise<void> {
    for (let tries = 1; !server.listening && !isClosed; tries++) {
      try {
        await listen(port)
      } catch (error) {
        if (tries === LISTEN_TRIES) throw error
        await setTimeout(LISTEN_RETRY_MS)
      }
    }
  }

  async function leavePort(): Promise<void> {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const socket of sockets.values()) socket.destroy()
    await closed
  }

  function setListening(on: boolean): Promise<void> {
    const change = lastChange.then(on ? takePort : leavePort)
    lastChange = change.catch(() => {})
    return change
  }

  return {
    port,
    onRequest: (listener) => void server.on('request', listener),
    reset: ({ socket }) => void sockets.get(socket.remotePort)?.resetAndDestroy(),
    setListening,
    close() {
      isClosed = true
      return setListening(false)
    },
  }
}
