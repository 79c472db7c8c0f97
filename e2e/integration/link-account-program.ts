/** What other accounts' processes do in the tests of the shell link, told by their parent. Gives up root before anything else. */
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from '../../contract/commands.ts'
import { LINK_FILES } from '../../contract/link-protocol.ts'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import { openScreenLink, openShellSocket, type ScreenLink } from '../../demo/screen-link.ts'

/** Who gets no answer for so long gets none. */
const QUIET_MS = 300

let screen: ScreenLink | null = null
let isScreenOpen = false
let snapshots: KioskSnapshot[] = []
const held = new Set<Socket>()
let isHolding = false

/** What the other end says until it closes, or has been quiet for a while. */
async function listen(socket: Socket): Promise<{ answer: string; isCutOff: boolean }> {
  let answer = ''
  let spokenAtMs = performance.now()
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1')
    spokenAtMs = performance.now()
  })
  while (!socket.closed && performance.now() - spokenAtMs < QUIET_MS) await sleep(10)
  const isCutOff = socket.closed
  socket.destroy()
  return { answer, isCutOff }
}

async function open(path: string): Promise<Socket> {
  const socket = connect(path)
  await once(socket, 'connect')
  return socket.on('error', () => socket.destroy())
}

async function outcome(deed: Promise<unknown>): Promise<string> {
  return deed.then(
    () => 'done',
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  )
}

/** Each answers what the parent may want to know of it. */
const deeds = {
  read: (path: string) => outcome(readFile(path)),
  list: (path: string) => outcome(readdir(path)),
  dial: (path: string) => outcome(open(path).then((socket) => socket.destroy())),

  /** Says this to a helper that knows nothing of us. */
  async say(socketPath: string, words: string) {
    const socket = await open(socketPath)
    socket.write(words, 'latin1')
    return listen(socket)
  },

  /** Becomes the screen; tries again as a real shell does, where the helper has no room for it. */
  async join(runtimeFolder: string) {
    const startedAtMs = performance.now()
    screen?.close()
    snapshots = []
    for (let link: ScreenLink | null = null; !link; ) {
      const opening = openScreenLink(runtimeFolder, { onSnapshot: (snapshot) => snapshots.push(snapshot) })
      link = await opening.catch(() => null)
      screen = link
      if (!link) await sleep(50)
    }
    isScreenOpen = true
    void screen?.closed.then(() => {
      isScreenOpen = false
    })
    return { tookMs: performance.now() - startedAtMs }
  },

  /** Whether the screen's link is up, its command is answered, and a snapshot comes back after a paint. */
  async proveScreen(sequence: number) {
    await screen?.press({ kind: 'activity' })
    await screen?.reportPainted({ sequence, kind: 'attract', generation: null, atEpochMs: 0 })
    const isShown = () => snapshots.at(-1)?.painted?.sequence === sequence
    for (let looks = 0; !isShown() && looks < 200; looks++) await sleep(5)
    return isScreenOpen && isShown()
  },

  async press(command: Command) {
    return screen?.press(command)
  },
  async shown() {
    return snapshots.at(-1)?.session
  },

  /** Becomes the screen through a relay that writes down what a screen says in its hello, and leaves. */
  async recordHello(runtimeFolder: string) {
    const relayFolder = await mkdtemp(join(tmpdir(), 'kiosk-relay-'))
    await mkdir(join(relayFolder, LINK_FILES.folder))
    await copyFile(join(runtimeFolder, LINK_FILES.shellKey), join(relayFolder, LINK_FILES.shellKey))
    let said = ''
    const relay = createServer((client) => {
      const helper = connect(join(runtimeFolder, LINK_FILES.socket))
      client.on('data', (chunk: Buffer) => {
        said += chunk.toString('latin1')
      })
      client.pipe(helper).pipe(client)
    })
    await new Promise<void>((resolve) => relay.listen(join(relayFolder, LINK_FILES.socket), resolve))
    const link = await openScreenLink(relayFolder)
    link.close()
    await new Promise((resolve) => relay.close(resolve))
    await rm(relayFolder, { recursive: true })
    return said
  },

  /** Proves the shell's key as a screen does, and says this then. */
  async sayProven(runtimeFolder: string, words: string) {
    const socket = await openShellSocket(runtimeFolder)
    socket.write(words, 'latin1')
    return listen(socket)
  },

  /** Keeps so many connections that say nothing, each opened anew as soon as the helper drops it. */
  async hold(socketPath: string, count: number) {
    isHolding = true
    const openOne = () => {
      const socket = connect(socketPath)
      held.add(socket)
      socket.on('error', () => socket.destroy()).resume()
      socket.on('close', () => {
        held.delete(socket)
        if (isHolding) setTimeout(openOne, 1)
      })
    }
    for (let index = 0; index < count; index++) openOne()
    await sleep(100)
    return held.size
  },
  async letGo() {
    isHolding = false
    for (const socket of held) socket.destroy()
  },
}
export type AccountDeeds = typeof deeds

/** A call as it comes over the IPC channel. */
type Call = { id: number; name: keyof AccountDeeds; args: never[] }

const [userId = -1, groupId = -1] = process.argv.slice(2).map(Number)
process.setgroups?.([])
process.setgid?.(groupId)
process.setuid?.(userId)

process.on('message', ({ id, name, args }: Call) => {
  const deed: (...args: never[]) => Promise<unknown> = deeds[name]
  deed(...args).then(
    (result) => process.send?.({ id, result }),
    (error: unknown) => process.send?.({ id, fault: String(error) }),
  )
})
process.on('disconnect', () => process.exit())
