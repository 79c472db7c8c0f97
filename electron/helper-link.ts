/** The shell's end of the link to the helper: connects for ever. Never shows the page a view from before the link was lost. */
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import {
  createMessageConnection,
  type MessageConnection,
  SocketMessageReader,
  SocketMessageWriter,
} from 'vscode-jsonrpc/node'
import { type Command, type CommandResult, commandResultSchema } from '../contract/commands.ts'
import { KioskError } from '../contract/kiosk-error.ts'
import { greetHelper } from '../contract/link-hello.ts'
import { openLineChannel } from '../contract/link-lines.ts'
import { LINK_FILES, LINK_NOTIFICATIONS, LINK_REQUESTS } from '../contract/link-protocol.ts'
import { kioskSnapshotSchema, type Painted } from '../contract/session-state.ts'
import type { KioskView } from '../contract/window-bridge.ts'
import { linkCrypto, startTimer } from './node-link.ts'

/** A helper on the same machine is either there at once or being restarted. */
const RECONNECT_MS = { first: 50, most: 200 }

export type HelperLink = {
  view(): KioskView
  /** @throws KioskError `link-closed` while the helper is away */
  send(command: Command): Promise<CommandResult>
  reportPainted(painted: Painted): Promise<void>
}

/** A linked connection and the moment it ends. */
type Connection = { rpc: MessageConnection; closed: Promise<void>; close(): void }

async function openSocket(path: string): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const socket = connect(path)
  socket.once('connect', () => resolve(socket)).once('error', reject)
  return promise
}

async function openConnection(runtimeFolder: string): Promise<Connection> {
  const key = Buffer.from(await readFile(join(runtimeFolder, LINK_FILES.shellKey), 'utf8'), 'hex')
  const socket = await openSocket(join(runtimeFolder, LINK_FILES.socket))
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.on('error', () => socket.destroy())
  try {
    await greetHelper(openLineChannel(socket, startTimer), { role: 'shell', key, crypto: linkCrypto })
  } catch (error) {
    socket.destroy()
    throw error
  }
  const rpc = createMessageConnection(new SocketMessageReader(socket), new SocketMessageWriter(socket))
  rpc.listen()
  const close = () => {
    rpc.dispose()
    socket.destroy()
  }
  return { rpc, closed, close }
}

/** The same view with its clock read now: a page that asks late must not think that it has more time. */
function agedBy(view: KioskView, ageMs: number): KioskView {
  if (view.kind === 'unlinked') return view
  const { monotonicMs, epochMs } = view.snapshot.clock
  const clock = { monotonicMs: monotonicMs + ageMs, epochMs: epochMs + ageMs }
  return { ...view, snapshot: { ...view.snapshot, clock } }
}

/**
 * Keeps the link up until the process ends.
 *
 * @param onView called with every change of the view
 * @param onFault called with every failed attempt; expected while the helper restarts
 */
export function keepHelperLink(
  runtimeFolder: string,
  onView: (view: KioskView) => void,
  onFault: (error: unknown) => void,
): HelperLink {
  let view: KioskView = { kind: 'unlinked', everLinked: false }
  let viewChangedAtMs = performance.now()
  let current: Connection | null = null

  function change(next: KioskView): void {
    view = next
    viewChangedAtMs = performance.now()
    onView(next)
  }

  async function follow(connection: Connection): Promise<void> {
    current = connection
    const show = (snapshot: unknown) => change({ kind: 'linked', snapshot: kioskSnapshotSchema.parse(snapshot) })
    connection.rpc.onNotification(LINK_NOTIFICATIONS.snapshot.method, show)
    const first = connection.rpc.sendRequest(LINK_REQUESTS.subscribe.method, {})
    await Promise.race([first.then(show), connection.closed])
    await connection.closed
  }

  async function keep(): Promise<never> {
    for (let delayMs = RECONNECT_MS.first; ; delayMs = Math.min(delayMs * 1.5, RECONNECT_MS.most)) {
      try {
        await follow(await openConnection(runtimeFolder))
        delayMs = RECONNECT_MS.first
      } catch (error) {
        onFault(error)
      }
      current?.close()
      current = null
      if (view.kind === 'linked') change({ kind: 'unlinked', everLinked: true })
      await new Promise((resolve) => setTimeout(resolve, delayMs))
    }
  }
  void keep()

  function connection(): Connection {
    if (current) return current
    throw new KioskError('link-closed', 'the helper is away')
  }

  return {
    view: () => agedBy(view, performance.now() - viewChangedAtMs),
    async send(command) {
      return commandResultSchema.parse(await connection().rpc.sendRequest(LINK_REQUESTS.command.method, command))
    },
    async reportPainted(painted) {
      // A paint while the helper is away is nobody's news; the next view will be painted anew.
      await current?.rpc.sendRequest(LINK_REQUESTS.painted.method, painted)
    },
  }
}
