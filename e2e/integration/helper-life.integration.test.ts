import { readdir, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { readKioskState, runKioskctl } from '../../demo/kiosk-watch.ts'
import { firstStaff, type HelperWorld, openHelperWorld } from './helper-world.ts'

async function untilConfirming(world: HelperWorld): Promise<void> {
  const phone = await world.openPhone()
  const { session } = await world.watch.until('awaitingApproval')
  await phone.approve({ url: session.qrText, account: firstStaff(world) })
  await world.watch.until('confirming')
}

describe('the life of a helper', () => {
  let world: HelperWorld
  afterEach(() => world.close())

  const below = (folder: string) => readdir(join(world.folders.runtime, folder))

  it('leaves no record, socket or key behind when it is stopped', async () => {
    world = await openHelperWorld()
    const helper = await world.startHelper()
    await untilConfirming(world)
    helper.child.kill('SIGTERM')
    expect(await helper.exited).toBe(0)
    expect([await below('vault'), await below('link')]).toEqual([[], []])
    const revocations = world.provider.journal.requests.filter(({ path }) => path === '/token/revocation')
    expect(revocations.map(({ status }) => status)).toEqual([200])
  })

  it('stops on PM2’s message too, where no signal is delivered', async () => {
    world = await openHelperWorld()
    const helper = await world.startHelper()
    helper.child.send('shutdown')
    expect(await helper.exited).toBe(0)
  })

  it('ends by itself when PM2’s channel is lost', async () => {
    world = await openHelperWorld()
    const helper = await world.startHelper()
    const lostAtMs = performance.now()
    helper.child.disconnect()
    expect(await helper.exited).toBe(70)
    expect(performance.now() - lostAtMs).toBeLessThan(2_000)
    expect(await below('link')).toEqual([])
  })

  it('finds only noise after kill -9, wipes it, says so, and begins with a fresh code', async () => {
    world = await openHelperWorld()
    const helper = await world.startHelper()
    await untilConfirming(world)
    helper.child.kill('SIGKILL')
    await helper.exited
    expect(await below('vault')).toEqual(['session.sealed'])

    const next = await world.startHelper()
    const { session } = await world.watch.until('awaitingApproval', {
      test: ({ helper: { processId } }) => processId === next.child.pid,
    })
    expect(session.generation).toBe(1)
    expect(await below('vault')).toEqual([])
    expect(next.output()).toContain('session.expired-by-crash')
  })

  it('takes no socket that another process answers on, and leaves that one’s vault alone', async () => {
    world = await openHelperWorld()
    await world.startHelper()
    await untilConfirming(world)
    await expect(world.startHelper()).rejects.toThrow(/link-in-use/)
    expect((await readKioskState(world.folders.runtime))?.session.kind).toBe('confirming')
    expect(await below('vault')).toEqual(['session.sealed'])
  })

  it('is not shaken by peers that talk nonsense or nothing', async () => {
    world = await openHelperWorld()
    const helper = await world.startHelper()
    const socketPath = join(world.folders.runtime, 'link', 'helper.sock')
    const words = ['GET / HTTP/1.1\r\n\r\n', 'x'.repeat(100_000), '{"version":1}\n', '']
    const peers = words.map((text) => {
      const peer = connect(socketPath, () => peer.write(text))
      return new Promise((resolve) => peer.on('close', resolve).on('error', resolve))
    })
    await Promise.all(peers)
    expect((await runKioskctl(world.folders.runtime, 'state')).exitCode).toBe(0)
    expect(helper.child.exitCode).toBeNull()
  })
})

describe('kioskctl', () => {
  let world: HelperWorld
  afterEach(() => world.close())

  it('says that no helper answers', async () => {
    world = await openHelperWorld()
    const { exitCode, stderr } = await runKioskctl(world.folders.runtime, 'state')
    expect(exitCode).toBe(3)
    expect(stderr).toContain('is the helper running')
  })

  it('proves itself to no impostor on the helper’s socket', async () => {
    world = await openHelperWorld()
    const helper = await world.startHelper()
    helper.child.kill('SIGKILL')
    await helper.exited
    const said: string[] = []
    const impostor = createServer((socket) => {
      socket.on('data', (chunk) => {
        said.push(String(chunk))
        socket.write(`${JSON.stringify({ nonce: 'a'.repeat(64), proof: 'b'.repeat(64) })}\n`)
      })
    })
    const socketPath = join(world.folders.runtime, 'link', 'helper.sock')
    await rm(socketPath)
    await new Promise<void>((resolve) => impostor.listen(socketPath, resolve))
    const { exitCode, stderr } = await runKioskctl(world.folders.runtime, 'state')
    expect(exitCode).toBe(1)
    expect(stderr).toContain('link-hello-refused')
    // The watch of this test greets too; neither goes on to prove its key.
    expect(said.join('')).not.toContain('proof')
    await new Promise((resolve) => impostor.close(resolve))
  })

  it('prints one line of JSON for every change of state', async () => {
    world = await openHelperWorld({ session: { start: 'touch' } })
    await world.startHelper()
    await world.watch.until('attract')
    await runKioskctl(world.folders.runtime, 'touch')
    await world.watch.until('awaitingApproval')
    const kinds = world.watch.seen.map(({ session }) => session.kind)
    expect(kinds.slice(-3)).toEqual(['attract', 'preparing', 'awaitingApproval'])
  })
})
