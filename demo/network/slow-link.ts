/** A TCP forwarder that makes a server on this machine seem far away. Never loses, reorders or reads what it carries. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export type SlowLinkOptions = {
  /** On 127.0.0.1; nobody has to listen there yet. */
  targetPort: number
  /** The mean time from here to the server and back. */
  roundTripMs: number
  /** By how much a single round trip may be quicker or slower than the mean; at most `roundTripMs`. */
  jitterMs: number
  /** 0, or left out, takes any free port. */
  port?: number
  /** Uniform in [0, 1). */
  random?: () => number
}

export type SlowLink = {
  port: number
  /** Ends the link together with every connection. */
  close(): Promise<void>
}

type Parcel = { dueAtMs: number; deliver: () => void }

/** Delivers in the order of posting, each parcel after a delay of its own and never before the one ahead of it. */
function createConveyor(drawDelayMs: () => number) {
  const parcels: Parcel[] = []
  let timer: NodeJS.Timeout | undefined
  let lastDueAtMs = 0

  function deliverDue(): void {
    timer = undefined
    for (let next = parcels[0]; next && next.dueAtMs <= performance.now(); next = parcels[0]) {
      parcels.shift()
      next.deliver()
    }
    arm()
  }

  function arm(): void {
    const [next] = parcels
    // Node cuts a delay down to whole milliseconds.
    if (next && !timer) timer = setTimeout(deliverDue, Math.max(Math.ceil(next.dueAtMs - performance.now()), 0))
  }

  return {
    post(deliver: () => void, extraDelayMs = 0): void {
      const dueAtMs = Math.max(lastDueAtMs, performance.now() + drawDelayMs() + extraDelayMs)
      lastDueAtMs = dueAtMs
      parcels.push({ dueAtMs, deliver })
      arm()
    },
    stop(): void {
      clearTimeout(timer)
      parcels.length = 0
    },
  }
}

type Direction = { from: Socket; to: Socket; drawDelayMs: () => number; firstBytesWaitMs: number }

function carry({ from, to, drawDelayMs, firstBytesWaitMs }: Direction): void {
  const conveyor = createConveyor(drawDelayMs)
  let extraDelayMs = firstBytesWaitMs
  const post = (deliver: () => void) => {
    conveyor.post(deliver, extraDelayMs)
    extraDelayMs = 0
  }
  from.setNoDelay(true)
  from.on('data', (chunk) => post(() => to.writable && to.write(chunk)))
  from.on('end', () => post(() => to.end()))
  from.on('error', () => post(() => to.resetAndDestroy()))
  // Ended at both sides or reset: whatever is still on its way has nowhere to go.
  to.on('close', () => conveyor.stop())
}

/**
 * Opens the link on 127.0.0.1. The first bytes of a connection take one round trip more, as a TCP handshake does;
 * TLS pays for its own.
 */
export async function openSlowLink(options: SlowLinkOptions): Promise<SlowLink> {
  const { targetPort, roundTripMs, jitterMs, port = 0, random = Math.random } = options
  if (jitterMs > roundTripMs) throw new RangeError('a jitter above the round trip would make time run backwards')
  const drawDelayMs = () => (roundTripMs + (2 * random() - 1) * jitterMs) / 2
  const sockets = new Set<Socket>()

  const server = createServer({ allowHalfOpen: true }, (client) => {
    const target = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true })
    for (const socket of [client, target]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    }
    carry({ from: client, to: target, drawDelayMs, firstBytesWaitMs: roundTripMs })
    carry({ from: target, to: client, drawDelayMs, firstBytesWaitMs: 0 })
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the link does not listen on a port')

  return {
    port: address.port,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
