import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSlowLink, type SlowLink } from './slow-link.ts'

describe('a slow link', () => {
  let server: Server
  let serverPort: number
  let accepted: Socket[]
  const links: SlowLink[] = []

  beforeEach(async () => {
    accepted = []
    server = createServer({ allowHalfOpen: true }, (socket) => {
      accepted.push(socket)
      socket.on('error', () => socket.destroy())
      socket.pipe(socket)
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    serverPort = (server.address() as { port: number }).port
  })

  afterEach(async () => {
    for (const link of links.splice(0)) await link.close()
    for (const socket of accepted) socket.destroy()
    server.close()
  })

  async function dial(roundTripMs: number, jitterMs = 0): Promise<Socket> {
    const link = await openSlowLink({ targetPort: serverPort, roundTripMs, jitterMs })
    links.push(link)
    const socket = connect({ port: link.port, host: '127.0.0.1' })
    await once(socket, 'connect')
    return socket
  }

  async function echoMs(socket: Socket): Promise<number> {
    const sentAtMs = performance.now()
    socket.write('ping')
    await once(socket, 'data')
    return performance.now() - sentAtMs
  }

  it('takes a round trip for a question, and one more for the first of a connection', async () => {
    const socket = await dial(100)
    const first = await echoMs(socket)
    const later: number[] = []
    for (let trip = 0; trip < 5; trip++) later.push(await echoMs(socket))
    // A busy machine makes single trips longer, never shorter.
    expect(first).toBeGreaterThanOrEqual(199)
    expect(Math.min(...later)).toBeGreaterThanOrEqual(99)
    expect(Math.min(...later)).toBeLessThan(199)
    socket.destroy()
  })

  it('spreads round trips around their mean', async () => {
    const socket = await dial(60, 60)
    await echoMs(socket)
    const trips: number[] = []
    for (let trip = 0; trip < 20; trip++) trips.push(await echoMs(socket))
    expect(Math.min(...trips)).toBeLessThan(50)
    expect(Math.max(...trips)).toBeGreaterThan(70)
    socket.destroy()
  })

  it('keeps the order of everything, however much the delay varies', async () => {
    const socket = await dial(40, 40)
    let echoed = ''
    socket.on('data', (chunk) => {
      echoed += chunk.toString()
    })
    let sent = ''
    for (let line = 0; line < 200; line++) {
      sent += `${line}\n`
      socket.write(`${line}\n`)
      if (line % 10 === 0) await sleep(1)
    }
    await expect.poll(() => echoed.length, { timeout: 5_000 }).toBe(sent.length)
    expect(echoed).toBe(sent)
    socket.destroy()
  })

  it('carries the end of one direction while the other still speaks', async () => {
    const socket = await dial(10)
    socket.end('last words')
    const [chunk] = await once(socket, 'data')
    expect(chunk.toString()).toBe('last words')
    await once(socket, 'close')
  })

  it.each([
    { reset: 'the client', by: (client: Socket) => client, seenBy: () => accepted[0] },
    { reset: 'the server', by: () => accepted[0], seenBy: (client: Socket) => client },
  ])('hands on a reset by $reset', async ({ by, seenBy }) => {
    const socket = await dial(10)
    await echoMs(socket)
    socket.on('error', () => socket.destroy())
    // Not once(): it would reject with the very reset that is looked for.
    const closed = new Promise((resolve) => seenBy(socket)?.on('close', resolve))
    by(socket)?.resetAndDestroy()
    await closed
  })

  it('refuses a jitter that would deliver before the sending', async () => {
    await expect(openSlowLink({ targetPort: serverPort, roundTripMs: 10, jitterMs: 11 })).rejects.toThrow(RangeError)
  })

  it('ends every connection when it closes', async () => {
    const socket = await dial(10)
    await echoMs(socket)
    socket.on('error', () => socket.destroy())
    const closed = new Promise((resolve) => socket.on('close', resolve))
    await links.pop()?.close()
    await closed
  })
})
