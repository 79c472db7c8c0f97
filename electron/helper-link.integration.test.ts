import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node'
import { plainBrand } from '../contract/brand.ts'
import { welcomeClient } from '../contract/link-hello.ts'
import { openLineChannel } from '../contract/link-lines.ts'
import { LINK_FILES, LINK_NOTIFICATIONS, LINK_REQUESTS } from '../contract/link-protocol.ts'
import { DEFAULT_SCREEN_SETTINGS } from '../contract/screen-settings.ts'
import type { KioskSnapshot } from '../contract/session-state.ts'
import type { KioskView } from '../contract/window-bridge.ts'
import { type HelperLink, keepHelperLink } from './helper-link.ts'
import { linkCrypto, startTimer } from './node-link.ts'

const SNAPSHOT: KioskSnapshot = {
  sequence: 1,
  clock: { monotonicMs: 0, epochMs: 0 },
  helper: { version: '0.1.0', processId: 1, startedAtEpochMs: 0 },
  device: { id: 'DR-0042', activation: null },
  display: { brand: plainBrand('Contoso'), kioskName: 'Main lobby', place: 'Building 4', languages: ['en' as const] },
  bundle: null,
  vault: 'tmpfs',
  session: { kind: 'attract' },
  screen: DEFAULT_SCREEN_SETTINGS,
  app: null,
  painted: null,
}

/** A helper that answers each command with what `onCommand` says, and each subscription with the snapshot. */
async function startHelper(runtimeFolder: string, { isSilent = false, answersCommands = false } = {}) {
  const key = randomBytes(32)
  await writeFile(join(runtimeFolder, LINK_FILES.shellKey), key.toString('hex'))
  const keys = { shell: key, technician: randomBytes(32) }
  const sockets: Socket[] = []
  const shells: MessageConnection[] = []
  const subscriptions: unknown[] = []
  const commands: string[] = []
  const incidents: unknown[] = []
  const server = createServer(async (socket) => {
    sockets.push(socket.on('error', () => socket.destroy()))
    await welcomeClient(openLineChannel(socket, startTimer), { keys, crypto: linkCrypto })
    const rpc = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket))
    rpc.onRequest(LINK_REQUESTS.subscribe.method, (params: object) => {
      subscriptions.push(params)
      return isSilent ? new Promise(() => {}) : SNAPSHOT
    })
    // Never answered by default: what becomes of a press when the helper goes away meanwhile.
    rpc.onRequest(LINK_REQUESTS.command.method, (command: { kind: string }) => {
      commands.push(command.kind)
      return answersCommands ? { accepted: true } : new Promise(() => {})
    })
    rpc.onRequest(LINK_REQUESTS.incident.method, (incident: object) => {
      incidents.push(incident)
      return {}
    })
    rpc.listen()
    shells.push(rpc)
  })
  await new Promise<void>((resolve) => server.listen(join(runtimeFolder, LINK_FILES.socket), resolve))
  return {
    subscriptions,
    commands,
    incidents,
    announceRestart: () => shells.at(-1)?.sendNotification(LINK_NOTIFICATIONS.restarting.method, {}),
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
type FakeHelper = Awaited<ReturnType<typeof startHelper>>

describe('the shell’s link to the helper', () => {
  let runtime: string
  let helper: FakeHelper
  let link: HelperLink
  let views: { kind: KioskView['kind']; atMs: number }[]
  const kinds = () => views.map(({ kind }) => kind)

  beforeEach(async () => {
    runtime = await mkdtemp(join(tmpdir(), 'kiosk-'))
    await mkdir(join(runtime, LINK_FILES.folder))
    helper = await startHelper(runtime)
    views = []
    link = keepHelperLink(
      runtime,
      ({ kind }) => views.push({ kind, atMs: performance.now() }),
      () => {},
    )
    await expect.poll(kinds).toEqual(['linked'])
  })
  afterEach(async () => {
    link.close()
    await helper.stop()
    await rm(runtime, { recursive: true })
  })

  const shownLateByMs = async (sinceMs: number) => {
    await expect.poll(() => views.at(-1)?.kind, { timeout: 5_000 }).toBe('unlinked')
    return (views.at(-1)?.atMs ?? 0) - sinceMs
  }

  it('names the same screen over every link', async () => {
    const [first] = helper.subscriptions
    expect(first).toEqual({ screenId: expect.stringMatching(/^[0-9a-f]{64}$/) })
    for (const _again of [1, 2]) {
      await helper.stop()
      helper = await startHelper(runtime)
      await expect.poll(() => helper.subscriptions).toEqual([first])
    }
  })

  it('is another screen to the helper after the page died, and shows nothing of the old one’s view meanwhile', async () => {
    link.renewScreen()
    expect(link.view()).toEqual({ kind: 'unlinked', everLinked: true })
    await expect.poll(kinds).toEqual(['linked', 'unlinked', 'linked'])
    const [first, second] = helper.subscriptions
    expect(second).toEqual({ screenId: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(second).not.toEqual(first)
  })

  it('keeps no view over a restart that was announced to a page that died in it', async () => {
    await helper.announceRestart()
    await helper.stop()
    await sleep(50)
    expect(link.view().kind).toBe('linked')
    link.renewScreen()
    expect(link.view()).toEqual({ kind: 'unlinked', everLinked: true })
  })

  it('brings an incident to the helper, and says so when there is none', async () => {
    const incident = { kind: 'frozen', reason: 'no frame', atEpochMs: 1, recoveredAfterMs: 2 } as const
    await link.ask(LINK_REQUESTS.incident, incident)
    expect(helper.incidents).toEqual([incident])
    await helper.stop()
    await expect(link.ask(LINK_REQUESTS.incident, incident)).rejects.toMatchObject({ code: 'link-closed' })
  })

  it('shows nothing of the past at once when the link is lost without a word', async () => {
    const lostAtMs = performance.now()
    await helper.stop()
    expect(await shownLateByMs(lostAtMs)).toBeLessThan(500)
    expect(link.view()).toEqual({ kind: 'unlinked', everLinked: true })
    await expect(link.ask(LINK_REQUESTS.command, { kind: 'touch' })).rejects.toMatchObject({ code: 'link-closed' })
  })

  it('keeps the last view over a restart that was announced', async () => {
    await helper.announceRestart()
    await helper.stop()
    await sleep(1_000)
    expect(link.view()).toMatchObject({ kind: 'linked', snapshot: { sequence: 1 } })
    helper = await startHelper(runtime)
    await expect.poll(kinds).toEqual(['linked', 'linked'])
    await sleep(2_500)
    expect(kinds()).toEqual(['linked', 'linked'])
  })

  it.each(['before', 'while'])(
    'brings a press to the next helper that was made %s the announced one was away',
    async (when) => {
      await helper.announceRestart()
      await sleep(50)
      const pressed = when === 'before' ? link.ask(LINK_REQUESTS.command, { kind: 'signOut' }) : null
      await expect.poll(() => helper.commands.length).toBe(pressed ? 1 : 0)
      await helper.stop()
      await sleep(100)
      const answer = pressed ?? link.ask(LINK_REQUESTS.command, { kind: 'signOut' })
      helper = await startHelper(runtime, { answersCommands: true })
      expect(await answer).toEqual({ accepted: true })
      expect(helper.commands).toEqual(['signOut'])
    },
  )

  it('shows nothing after three seconds of a restart that takes longer', async () => {
    await helper.announceRestart()
    const lostAtMs = performance.now()
    await helper.stop()
    const lateByMs = await shownLateByMs(lostAtMs)
    expect(lateByMs).toBeGreaterThan(2_900)
    expect(lateByMs).toBeLessThan(3_500)
  })

  it('shows nothing after three seconds of a helper that is back and says nothing', async () => {
    await helper.announceRestart()
    const lostAtMs = performance.now()
    await helper.stop()
    helper = await startHelper(runtime, { isSilent: true })
    await expect.poll(() => helper.subscriptions.length).toBe(1)
    await expect(link.ask(LINK_REQUESTS.command, { kind: 'touch' })).rejects.toMatchObject({ code: 'link-closed' })
    expect(await shownLateByMs(lostAtMs)).toBeGreaterThan(2_900)
  })

  it('keeps nothing over the second of two losses', async () => {
    await helper.announceRestart()
    await helper.stop()
    helper = await startHelper(runtime)
    await expect.poll(kinds).toEqual(['linked', 'linked'])
    const lostAtMs = performance.now()
    await helper.stop()
    expect(await shownLateByMs(lostAtMs)).toBeLessThan(500)
  })

  it('says of a press that the helper did not answer that the link was lost', async () => {
    const pressed = link.ask(LINK_REQUESTS.command, { kind: 'touch' })
    const refused = expect(pressed).rejects.toMatchObject({ code: 'link-closed' })
    await sleep(100)
    await helper.stop()
    await refused
  })
})
