import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node'
import type { LinkRole } from '../../contract/commands.ts'
import { greetHelper } from '../../contract/link-hello.ts'
import { openLineChannel } from '../../contract/link-lines.ts'
import { LINK_FILES, LINK_REQUESTS } from '../../contract/link-protocol.ts'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import { createLog } from '../log.ts'
import { claimLinkFolder } from './link-folder.ts'
import { type LinkServer, startLinkServer } from './link-server.ts'
import { linkCrypto, startTimer } from './node-link.ts'

const SNAPSHOT: KioskSnapshot = {
  sequence: 1,
  clock: { monotonicMs: 0, epochMs: 0 },
  helper: { version: '0.1.0', processId: 1, startedAtEpochMs: 0 },
  device: { id: 'DR-0042' },
  display: { brandName: 'Contoso', kioskName: 'Main lobby', place: 'Building 4' },
  vault: 'tmpfs',
  session: { kind: 'attract' },
  painted: null,
}

describe('the server of the shell link', () => {
  let folder: string
  let server: LinkServer
  let heard: unknown[]

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kiosk-link-'))
    heard = []
    const log = createLog('test')
    log.level = 'silent'
    server = await startLinkServer(
      await claimLinkFolder(folder),
      {
        diagnostics: () => {
          throw new Error('not asked for here')
        },
        snapshot: () => SNAPSHOT,
        command: (command) => {
          heard.push(command)
          return { accepted: true }
        },
        painted: (painted) => heard.push(painted),
        screenLost: () => heard.push('screen lost'),
      },
      log,
    )
  })
  afterEach(async () => {
    await server.close()
    await rm(folder, { recursive: true })
  })

  async function joinAs(role: LinkRole) {
    const path = role === 'shell' ? LINK_FILES.shellKey : LINK_FILES.technicianKey
    const key = Buffer.from(await readFile(join(folder, path), 'utf8'), 'hex')
    const socket = connect(join(folder, LINK_FILES.socket))
    await greetHelper(openLineChannel(socket, startTimer), { role, key, crypto: linkCrypto })
    const rpc = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket))
    rpc.listen()
    return { rpc, socket }
  }

  const painted = { sequence: 1, kind: 'attract', generation: null, atEpochMs: 0 }
  const confirm = { kind: 'confirmPresence', generation: 1 }

  it.each<[LinkRole, string, unknown, string | null]>([
    ['shell', LINK_REQUESTS.command.method, confirm, null],
    ['shell', LINK_REQUESTS.painted.method, painted, null],
    ['technician', LINK_REQUESTS.command.method, { kind: 'touch' }, null],
    ['technician', LINK_REQUESTS.command.method, confirm, 'command-not-allowed'],
    ['technician', LINK_REQUESTS.command.method, { kind: 'denyPresence', generation: 1 }, 'command-not-allowed'],
    ['technician', LINK_REQUESTS.painted.method, painted, 'command-not-allowed'],
    ['shell', LINK_REQUESTS.command.method, { kind: 'wipe' }, 'link-message-invalid'],
    ['shell', LINK_REQUESTS.painted.method, { ...painted, token: 'x' }, 'link-message-invalid'],
  ])('answers the %s’s %s of %o', async (role, method, params, refusal) => {
    const { rpc, socket } = await joinAs(role)
    const request = rpc.sendRequest(method, params)
    if (refusal === null) {
      await request
      expect(heard).toEqual([params])
    } else {
      await expect(request).rejects.toMatchObject({ data: { code: refusal } })
      expect(heard).toEqual([])
    }
    socket.destroy()
  })

  it('cuts off a peer whose message is too large, and no other', async () => {
    const [loud, quiet] = [await joinAs('shell'), await joinAs('technician')]
    const closed = new Promise((resolve) => loud.socket.once('close', resolve))
    loud.socket.on('error', () => loud.socket.destroy())
    loud.socket.write(`Content-Length: 10000000\r\n\r\n${'x'.repeat(100_000)}`)
    await closed
    expect(await quiet.rpc.sendRequest(LINK_REQUESTS.subscribe.method, {})).toEqual(SNAPSHOT)
    quiet.socket.destroy()
  })

  it('tells when the last shell is gone, not when a technician is', async () => {
    const [technician, first, second] = [await joinAs('technician'), await joinAs('shell'), await joinAs('shell')]
    technician.socket.destroy()
    first.socket.destroy()
    await expect.poll(() => first.socket.closed && technician.socket.closed).toBe(true)
    expect(heard).toEqual([])
    second.socket.destroy()
    await expect.poll(() => heard).toEqual(['screen lost'])
  })
})
