import { chown, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LinkRole } from '../../contract/commands.ts'
import { LINK_FILES, LINK_NOTIFICATIONS, LINK_REQUESTS } from '../../contract/link-protocol.ts'
import { type LinkStage, openLinkStage, SCREEN_ID, SNAPSHOT } from './link-stage.fixture.ts'

describe('the server of the shell link', () => {
  let stage: LinkStage
  beforeEach(async () => {
    stage = await openLinkStage()
  })
  afterEach(() => stage.close())

  const incident = { kind: 'frozen', reason: 'no frame', atEpochMs: 0, recoveredAfterMs: null }
  const painted = { sequence: 1, kind: 'attract', generation: null, atEpochMs: 0 }
  const tokenRequest = { generation: 1, rejectedSerial: null }
  const logoRequest = { sha256: 'a'.repeat(64), offset: 0 }
  const confirm = { kind: 'confirmPresence', generation: 1 }

  it.each<[LinkRole, string, unknown, string | null]>([
    ['shell', LINK_REQUESTS.command.method, confirm, null],
    ['shell', LINK_REQUESTS.painted.method, painted, null],
    ['technician', LINK_REQUESTS.command.method, { kind: 'touch' }, null],
    ['shell', LINK_REQUESTS.accessToken.method, tokenRequest, null],
    ['technician', LINK_REQUESTS.accessToken.method, tokenRequest, 'command-not-allowed'],
    ['shell', LINK_REQUESTS.accessToken.method, { generation: 1 }, 'link-message-invalid'],
    ['shell', LINK_REQUESTS.logoPart.method, logoRequest, null],
    ['technician', LINK_REQUESTS.logoPart.method, logoRequest, 'command-not-allowed'],
    ['shell', LINK_REQUESTS.logoPart.method, { ...logoRequest, sha256: '../logo.svg' }, 'link-message-invalid'],
    ['technician', LINK_REQUESTS.command.method, confirm, 'command-not-allowed'],
    ['technician', LINK_REQUESTS.command.method, { kind: 'denyPresence', generation: 1 }, 'command-not-allowed'],
    ['technician', LINK_REQUESTS.painted.method, painted, 'command-not-allowed'],
    ['technician', LINK_REQUESTS.subscribe.method, { screenId: SCREEN_ID }, 'link-message-invalid'],
    ['shell', LINK_REQUESTS.subscribe.method, { screenId: null }, 'link-message-invalid'],
    ['shell', LINK_REQUESTS.subscribe.method, { screenId: 'A'.repeat(64) }, 'link-message-invalid'],
    ['shell', LINK_REQUESTS.subscribe.method, {}, 'link-message-invalid'],
    ['shell', LINK_REQUESTS.diagnostics.method, {}, 'command-not-allowed'],
    ['shell', LINK_REQUESTS.technicianAct.method, { action: 'close' }, null],
    ['shell', LINK_REQUESTS.technicianAct.method, { action: 'reboot' }, 'link-message-invalid'],
    ['shell', LINK_REQUESTS.technicianAnswer.method, { answer: '123' }, 'link-message-invalid'],
    ['technician', LINK_REQUESTS.technicianChallenge.method, {}, 'command-not-allowed'],
    ['technician', LINK_REQUESTS.technicianAnswer.method, { answer: '0123456789' }, 'command-not-allowed'],
    ['technician', LINK_REQUESTS.technicianAct.method, { action: 'leave-kiosk' }, 'command-not-allowed'],
    ['shell', LINK_REQUESTS.command.method, { kind: 'openDoor' }, 'link-message-invalid'],
    ['shell', LINK_REQUESTS.painted.method, { ...painted, canary: 'x' }, 'link-message-invalid'],
    ['shell', LINK_REQUESTS.incident.method, incident, null],
    ['technician', LINK_REQUESTS.incident.method, incident, 'command-not-allowed'],
    ['shell', LINK_REQUESTS.incident.method, { ...incident, kind: 'fire' }, 'link-message-invalid'],
    ['shell', LINK_REQUESTS.incident.method, { ...incident, reason: '\u001b[31m' }, 'link-message-invalid'],
    ['shell', LINK_REQUESTS.incident.method, { ...incident, reason: 'x'.repeat(201) }, 'link-message-invalid'],
    ['shell', 'canary/read', {}, 'link-message-invalid'],
  ])('answers the %s’s %s of %o', async (role, method, params, refusal) => {
    const { rpc, socket } = await stage.speak(role)
    const request = rpc.sendRequest(method, params)
    if (refusal === null) {
      await request
      expect(stage.heard).toEqual([params])
    } else {
      await expect(request).rejects.toMatchObject({ data: { code: refusal } })
      expect(stage.heard).toEqual([])
      expect(stage.warnings).toMatchObject([{ event: 'link.request-refused', code: refusal, role }])
      expect(JSON.stringify(stage.warnings)).not.toMatch(/canary|openDoor|AAAA/)
    }
    socket.destroy()
  })

  it('names the screen before it answers the first snapshot', async () => {
    const { socket, subscribe } = await stage.speak('shell')
    expect(await subscribe()).toEqual(SNAPSHOT)
    expect(stage.heard).toEqual([SCREEN_ID, 'snapshot'])
    socket.destroy()
  })

  const framed = (body: string) => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  it.each([
    ['a message that is too large', `Content-Length: 10000000\r\n\r\n${'x'.repeat(100_000)}`, 'link-message-too-large'],
    ['no JSON', framed('{"jsonrpc":"2.0","id":1,'), 'link-message-invalid'],
    ['another JSON-RPC', framed('{"id":1,"method":"command/send","params":{"kind":"touch"}}'), 'link-message-invalid'],
    ['a batch', framed('[{"jsonrpc":"2.0","id":1,"method":"diagnostics/read"}]'), 'link-message-invalid'],
    ['a notification', framed('{"jsonrpc":"2.0","method":"command/send","params":{}}'), 'link-message-invalid'],
    ['an answer', framed('{"jsonrpc":"2.0","id":1,"result":{}}'), 'link-message-invalid'],
    [
      'parameters by position',
      framed('{"jsonrpc":"2.0","id":1,"method":"command/send","params":[]}'),
      'link-message-invalid',
    ],
    ['a cancellation of nothing', framed('{"jsonrpc":"2.0","method":"$/cancelRequest"}'), 'link-message-invalid'],
  ])('answers %s with an error and cuts the peer off, and no other', async (_what, sent, code) => {
    const [loud, quiet] = [await stage.join('shell'), await stage.speak('technician')]
    let answered = ''
    loud.on('data', (chunk) => {
      answered += String(chunk)
    })
    const closed = new Promise((resolve) => loud.once('close', resolve))
    loud.write(sent)
    await closed
    expect(answered).toContain(`"id":null`)
    expect(answered).toContain(`"code":"${code}"`)
    expect(stage.warnings).toMatchObject([{ event: 'link.peer-cut-off', code, count: 1, role: 'shell' }])
    expect(await quiet.subscribe()).toEqual(SNAPSHOT)
    quiet.socket.destroy()
  })

  it('announces a restart to those who subscribed', async () => {
    const [shell, technician] = [await stage.speak('shell'), await stage.speak('technician')]
    const told: string[] = []
    shell.rpc.onNotification(LINK_NOTIFICATIONS.restarting.method, (params: object) => {
      told.push(`shell ${JSON.stringify(params)}`)
    })
    technician.rpc.onNotification(LINK_NOTIFICATIONS.restarting.method, () => {
      told.push('technician')
    })
    await shell.subscribe()
    await stage.server.announceRestart()
    await stage.server.close()
    await expect.poll(() => shell.socket.closed && technician.socket.closed).toBe(true)
    expect(told).toEqual(['shell {}'])
    await stage.restart()
  })

  // Only root may give a folder to a group that it is not in; a kiosk's helper is in the one that it shares with the shell.
  it.skipIf(process.getuid?.() !== 0)(
    'gives the socket and the shell’s key to the group of the runtime folder',
    async () => {
      await stage.server.close()
      await chown(stage.folder, 0, 61_000)
      await stage.restart()
      for (const path of [LINK_FILES.folder, LINK_FILES.socket, LINK_FILES.shellKey]) {
        expect([path, (await stat(join(stage.folder, path))).gid]).toEqual([path, 61_000])
      }
      expect((await stat(join(stage.folder, LINK_FILES.socket))).mode & 0o777).toBe(0o660)
    },
  )

  it('leaves nothing behind, and nothing of a successor that takes the socket at once', async () => {
    const closed = stage.server.close()
    await stage.restart()
    await closed
    expect((await readdir(join(stage.folder, LINK_FILES.folder))).sort()).toEqual([
      'helper.sock',
      'shell.key',
      'technician.key',
    ])
    const { socket, subscribe } = await stage.speak('shell')
    expect(await subscribe()).toEqual(SNAPSHOT)
    socket.destroy()
    await stage.server.close()
    expect(await readdir(join(stage.folder, LINK_FILES.folder))).toEqual([])
    await stage.restart()
  })

  it('tells when the last shell is gone, not when a technician is', async () => {
    const [technician, first, second] = [
      await stage.join('technician'),
      await stage.join('shell'),
      await stage.join('shell'),
    ]
    technician.destroy()
    first.destroy()
    await expect.poll(() => first.closed && technician.closed).toBe(true)
    expect(stage.heard).toEqual([])
    second.destroy()
    await expect.poll(() => stage.heard).toEqual(['screen lost'])
  })
})
