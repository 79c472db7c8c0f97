import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LINK_REQUESTS } from '../../contract/link-protocol.ts'
import { type LinkStage, openLinkStage, SNAPSHOT } from './link-stage.fixture.ts'

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

const QUIET_LOOKS = 5

/** What a count comes to, once it has stayed the same for a second of looks. */
async function countWhenQuiet(count: () => number): Promise<number> {
  let [last, quietLooks] = [-1, 0]
  while (quietLooks < QUIET_LOOKS) {
    await sleep(200)
    quietLooks = count() === last ? quietLooks + 1 : 0
    last = count()
  }
  return last
}

/** Some dozens of these fill a socket. */
const LARGE_SNAPSHOT = { ...SNAPSHOT, device: { id: 'x'.repeat(4_000), activation: null } }

describe('a crowd on the shell link', () => {
  let stage: LinkStage
  beforeEach(async () => {
    stage = await openLinkStage()
  })
  afterEach(() => stage.close())

  it('keeps no timer for a peer that left in the middle of a message', async () => {
    const timers = vi.spyOn(globalThis, 'setTimeout')
    const peer = await stage.join('technician')
    peer.write('Content-Length: 1000\r\n\r\n{"half":')
    await sleep(50)
    peer.destroy()
    // The library's own, which it starts anew for ever, even for a connection that was disposed of.
    expect(timers.mock.calls.map(([, delayMs]) => delayMs)).not.toContain(10_000)
    timers.mockRestore()
  })

  it('cuts off a subscriber that takes in nothing, and no other', async () => {
    const [deaf, technician] = [await stage.speak('shell'), await stage.speak('technician')]
    await deaf.subscribe()
    await technician.subscribe()
    deaf.socket.pause()
    for (let sequence = 0; sequence < 1_000; sequence++) {
      stage.server.publish({ ...LARGE_SNAPSHOT, sequence })
      await nextTurn()
    }
    await expect.poll(() => stage.heard.at(-1)).toBe('screen lost')
    expect(stage.warnings).toMatchObject([{ event: 'link.peer-cut-off', code: 'link-closed', role: 'shell' }])
    expect(await technician.subscribe()).toEqual(SNAPSHOT)
    for (const { socket } of [deaf, technician]) socket.destroy()
  })

  it('reads no further from a peer that does not read its answers', async () => {
    const { socket, rpc } = await stage.speak('shell')
    socket.pause()
    const requests = Array.from({ length: 8_000 }, () =>
      rpc.sendRequest(LINK_REQUESTS.command.method, { kind: 'touch' }),
    )
    expect(await countWhenQuiet(() => stage.heard.length)).toBeLessThan(5_000)
    socket.resume()
    await Promise.all(requests)
    expect(stage.heard.length).toBe(requests.length)
    socket.destroy()
  })

  it('lets go of a peer that has closed its half and does not read', async () => {
    const half = await stage.speak('shell')
    await half.subscribe()
    half.socket.pause()
    for (let sequence = 0; sequence < 200; sequence++) stage.server.publish({ ...LARGE_SNAPSHOT, sequence })
    await sleep(50)
    half.socket.end()
    await expect.poll(() => stage.heard.at(-1)).toBe('screen lost')
    half.socket.destroy()
  })

  it('holds sixteen peers of a role, and then still those of the other', async () => {
    const technicians = await Promise.all(Array.from({ length: 16 }, () => stage.join('technician')))
    const [oneMore, shell] = [await stage.join('technician'), await stage.speak('shell')]
    await expect.poll(() => oneMore.closed).toBe(true)
    expect(stage.warnings).toMatchObject([{ event: 'link.peer-refused', code: 'link-hello-refused' }])
    expect(await shell.subscribe()).toEqual(SNAPSHOT)
    for (const socket of [...technicians, shell.socket]) socket.destroy()
  })

  it('drops the oldest silent peers for newer ones, and every one of them after two seconds', async () => {
    const silent = Array.from({ length: 100 }, () => stage.connect())
    for (const socket of silent) socket.resume()
    await expect.poll(() => silent.map(({ closed }) => closed)).toEqual(silent.map((_, index) => index < 36))
    const { socket, subscribe } = await stage.speak('shell')
    expect(await subscribe()).toEqual(SNAPSHOT)
    await expect.poll(() => silent.every(({ closed }) => closed), { timeout: 3_000 }).toBe(true)
    expect(stage.warnings).toMatchObject([{ event: 'link.peer-refused', count: 1 }])
    socket.destroy()
    await stage.server.close()
    expect(stage.warnings).toMatchObject([{ count: 1 }, { event: 'link.peer-refused', count: 99 }])
    await stage.restart()
  })
})
