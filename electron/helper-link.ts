/** The shell's end of the link to the helper: connects for ever. Never keeps a view from before a loss that was not announced. */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
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
import {
  type TechnicianAct,
  type TechnicianTry,
  technicianActResultSchema,
  technicianChallengeResultSchema,
  technicianTryResultSchema,
} from '../contract/technician-access.ts'
import type { KioskBridge, KioskView } from '../contract/window-bridge.ts'
import { linkCrypto, startTimer } from './node-link.ts'

/** A helper on the same machine is either there at once or being restarted. */
const RECONNECT_MS = { first: 50, most: 200 }

/** How long the last view stays on the glass while the helper does a restart that it has announced. */
const RESTART_LIMIT_MS = 3_000

/** A technician's calls go through as they are: the helper decides. */
type TechnicianCalls = Pick<KioskBridge, 'askTechnicianChallenge' | 'answerTechnicianChallenge' | 'actAsTechnician'>

export type HelperLink = TechnicianCalls & {
  view(): KioskView
  /** @throws KioskError `link-closed` while the helper is away */
  send(command: Command): Promise<CommandResult>
  reportPainted(painted: Painted): Promise<void>
  /** For good: nothing is shown any more. */
  close(): void
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
  const reader = new SocketMessageReader(socket)
  // Its timer would outlive a helper that ends in the middle of a message.
  reader.partialMessageTimeout = 0
  const rpc = createMessageConnection(reader, new SocketMessageWriter(socket))
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
 * Keeps the link up until it is closed.
 *
 * @param onView called with every change of the view
 * @param onFault called with every failed attempt; expected while the helper restarts
 */
export function keepHelperLink(
  runtimeFolder: string,
  onView: (view: KioskView) => void,
  onFault: (error: unknown) => void,
): HelperLink {
  /** One for the life of this process: the helper knows by it that the same screen is back. */
  const screenId = randomBytes(32).toString('hex')
  const closing = new AbortController()
  let view: KioskView = { kind: 'unlinked', everLinked: false }
  let viewChangedAtMs = performance.now()
  let current: Connection | null = null
  let restartAnnouncedAtMs = Number.NEGATIVE_INFINITY
  let stopKeeping: (() => void) | null = null

  function change(next: KioskView): void {
    stopKeeping?.()
    stopKeeping = null
    view = next
    viewChangedAtMs = performance.now()
    if (!closing.signal.aborted) onView(next)
  }

  const show = (snapshot: unknown) => change({ kind: 'linked', snapshot: kioskSnapshotSchema.parse(snapshot) })
  const showNothing = () => change({ kind: 'unlinked', everLinked: true })

  /** After every link that ended and every attempt that failed. */
  function noteLoss(): void {
    if (view.kind === 'unlinked' || stopKeeping !== null) return
    // It holds for one loss, and for one that follows soon: it says nothing of a crash later on.
    const isAnnounced = performance.now() - restartAnnouncedAtMs < RESTART_LIMIT_MS
    restartAnnouncedAtMs = Number.NEGATIVE_INFINITY
    if (isAnnounced) stopKeeping = startTimer(RESTART_LIMIT_MS, showNothing)
    else showNothing()
  }

  async function follow(connection: Connection): Promise<void> {
    const { rpc, closed, close } = connection
    closing.signal.addEventListener('abort', close)
    try {
      closing.signal.throwIfAborted()
      rpc.onNotification(LINK_NOTIFICATIONS.snapshot.method, show)
      rpc.onNotification(LINK_NOTIFICATIONS.restarting.method, () => {
        restartAnnouncedAtMs = performance.now()
      })
      rpc.listen()
      const first = rpc.sendRequest(LINK_REQUESTS.subscribe.method, { screenId })
      const snapshot = await Promise.race([first, closed])
      if (snapshot === undefined) return
      // Not before: what is pressed on a view of the helper before this one is not for this one.
      current = connection
      show(snapshot)
      await closed
    } finally {
      current = null
      closing.signal.removeEventListener('abort', close)
      close()
    }
  }

  async function keep(): Promise<void> {
    const { signal } = closing
    for (let delayMs = RECONNECT_MS.first; !signal.aborted; delayMs = Math.min(delayMs * 1.5, RECONNECT_MS.most)) {
      try {
        await follow(await openConnection(runtimeFolder))
        delayMs = RECONNECT_MS.first
      } catch (error) {
        if (!signal.aborted) onFault(error)
      }
      if (!signal.aborted) noteLoss()
      await sleep(delayMs, undefined, { signal }).catch(() => {})
    }
  }
  void keep()

  /** What is pressed while the view is kept over a restart is for the helper that comes: a sign-out must not be lost. */
  async function linked(): Promise<Connection | null> {
    while (!current && stopKeeping !== null && !closing.signal.aborted) await sleep(RECONNECT_MS.first)
    return current
  }

  type Params = Command | Painted | TechnicianTry | TechnicianAct | Record<string, never>

  async function request(method: string, params: Params, isSecondTry = false): Promise<unknown> {
    const connection = await linked()
    if (!connection) throw new KioskError('link-closed', 'the helper is away')
    try {
      return await connection.rpc.sendRequest(method, params)
    } catch (cause) {
      if (connection === current) throw cause
      // The helper that was asked is gone without an answer; the loss is noted in this turn of the event loop.
      await sleep(0)
      if (stopKeeping !== null && !isSecondTry) return request(method, params, true)
      throw new KioskError('link-closed', 'the helper went away', { cause })
    }
  }

  return {
    view: () => agedBy(view, performance.now() - viewChangedAtMs),
    send: async (command) => commandResultSchema.parse(await request(LINK_REQUESTS.command.method, command)),
    askTechnicianChallenge: async () =>
      technicianChallengeResultSchema.parse(await request(LINK_REQUESTS.technicianChallenge.method, {})),
    answerTechnicianChallenge: async (given) =>
      technicianTryResultSchema.parse(await request(LINK_REQUESTS.technicianAnswer.method, given)),
    actAsTechnician: async (act) =>
      technicianActResultSchema.parse(await request(LINK_REQUESTS.technicianAct.method, act)),
    async reportPainted(painted) {
      // A paint while the helper is away is nobody's news; the next view will be painted anew.
      if (current) await request(LINK_REQUESTS.painted.method, painted)
    },
    close() {
      closing.abort()
      stopKeeping?.()
      stopKeeping = null
    },
  }
}
