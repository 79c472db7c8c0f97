import { randomBytes } from 'node:crypto'
import { Duplex, PassThrough } from 'node:stream'
import { describe, expect, it, vi } from 'vitest'
import type { LinkRole } from '../../contract/commands.ts'
import { greetHelper, welcomeClient } from '../../contract/link-hello.ts'
import { openLineChannel } from '../../contract/link-lines.ts'
import { LINK_PROTOCOL_VERSION as version } from '../../contract/link-protocol.ts'
import { linkCrypto as crypto, startTimer } from './node-link.ts'

/** Two ends of one wire, and what each of them said. */
function wire() {
  const [up, down] = [new PassThrough(), new PassThrough()]
  const said: string[] = []
  const end = (readable: PassThrough, writable: PassThrough) => {
    const socket = Duplex.from({ readable, writable })
    // A destroyed end tells the other by an error, which is what the hello listens for.
    socket.on('error', () => socket.destroy())
    const channel = openLineChannel(socket, startTimer)
    const writeLine = (line: string) => {
      said.push(line)
      channel.writeLine(line)
    }
    return { socket, channel: { ...channel, writeLine } }
  }
  return { client: end(down, up), helper: end(up, down), said }
}

const KEYS: Record<LinkRole, Uint8Array> = { shell: randomBytes(32), technician: randomBytes(32) }

describe('the hello of the shell link', () => {
  it.each<LinkRole>(['shell', 'technician'])('lets in a %s that proves its key', async (role) => {
    const { client, helper, said } = wire()
    const welcomed = welcomeClient(helper.channel, { keys: KEYS, crypto })
    await greetHelper(client.channel, { role, key: KEYS[role], crypto })
    expect(await welcomed).toBe(role)
    for (const line of said) expect(line).not.toContain(Buffer.from(KEYS[role]).toString('hex'))
  })

  it('refuses a technician’s key for the shell’s role', async () => {
    const { client, helper } = wire()
    const welcomed = welcomeClient(helper.channel, { keys: KEYS, crypto })
    await expect(greetHelper(client.channel, { role: 'shell', key: KEYS.technician, crypto })).rejects.toMatchObject({
      code: 'link-hello-refused',
    })
    client.socket.destroy()
    await expect(welcomed).rejects.toMatchObject({ code: 'link-hello-refused' })
  })

  it('sends its proof to no helper that did not prove the key first', async () => {
    const { client, helper, said } = wire()
    const impostor = { shell: randomBytes(32), technician: randomBytes(32) }
    const welcomed = welcomeClient(helper.channel, { keys: impostor, crypto })
    const greeted = greetHelper(client.channel, { role: 'shell', key: KEYS.shell, crypto })
    await expect(greeted).rejects.toMatchObject({ code: 'link-hello-refused' })
    expect(said).toHaveLength(2)
    client.socket.destroy()
    await expect(welcomed).rejects.toThrow()
  })

  it('refuses a recorded hello played again', async () => {
    const first = wire()
    const welcomed = welcomeClient(first.helper.channel, { keys: KEYS, crypto })
    await greetHelper(first.client.channel, { role: 'shell', key: KEYS.shell, crypto })
    await welcomed
    const again = wire()
    const refused = welcomeClient(again.helper.channel, { keys: KEYS, crypto })
    for (const line of [first.said[0], first.said[2]]) again.client.channel.writeLine(line ?? '')
    await expect(refused).rejects.toMatchObject({ code: 'link-hello-refused' })
  })

  it.each([
    ['words', 'hello'],
    ['an older version', JSON.stringify({ version: version - 1, role: 'shell', nonce: 'a'.repeat(64) })],
    ['an unknown role', JSON.stringify({ version, role: 'root', nonce: 'a'.repeat(64) })],
    ['a short nonce', JSON.stringify({ version, role: 'shell', nonce: 'aa' })],
    ['an endless line', 'x'.repeat(600)],
    ['HTTP', 'GET / HTTP/1.1\r'],
  ])('refuses %s', async (_what, line) => {
    const { client, helper, said } = wire()
    const welcomed = welcomeClient(helper.channel, { keys: KEYS, crypto })
    client.channel.writeLine(line)
    await expect(welcomed).rejects.toMatchObject({ code: 'link-hello-refused' })
    expect(said).toEqual([line])
  })

  it('leaves what follows the hello in the socket', async () => {
    const { client, helper } = wire()
    client.socket.write('first line\nContent-Length: 2\r\n\r\n{}')
    expect(await helper.channel.readLine()).toBe('first line')
    expect(String(helper.socket.read())).toBe('Content-Length: 2\r\n\r\n{}')
  })

  it('takes two seconds in all, however the lines drip, and leaves no timer and no listener', async () => {
    vi.useFakeTimers()
    try {
      const { client, helper } = wire()
      const welcomed = welcomeClient(helper.channel, { keys: KEYS, crypto })
      const refused = expect(welcomed).rejects.toMatchObject({ code: 'link-hello-refused' })
      await vi.advanceTimersByTimeAsync(1_500)
      client.channel.writeLine(JSON.stringify({ version, role: 'shell', nonce: 'a'.repeat(64) }))
      await vi.advanceTimersByTimeAsync(499)
      expect(helper.socket.listenerCount('readable')).toBe(1)
      await vi.advanceTimersByTimeAsync(1)
      await refused
      expect(helper.socket.listenerCount('readable')).toBe(0)
      client.channel.close()
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })
})
