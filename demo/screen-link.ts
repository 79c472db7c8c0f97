/** The screen's end of the shell link without a screen, for tests that need a person's press. Never shows anything. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node'
import { type Command, type CommandResult, commandResultSchema, type LinkRole } from '../contract/commands.ts'
import { KioskError } from '../contract/kiosk-error.ts'
import { greetHelper, type LinkCrypto } from '../contract/link-hello.ts'
import { openLineChannel } from '../contract/link-lines.ts'
import { LINK_FILES, LINK_NOTIFICATIONS, LINK_REQUESTS } from '../contract/link-protocol.ts'
import { type KioskSnapshot, kioskSnapshotSchema, type Painted } from '../contract/session-state.ts'
import { supportChecksSchema, supportDiagnosticsSchema, supportStatusSchema } from '../contract/support.ts'
import {
  technicianActResultSchema,
  technicianChallengeResultSchema,
  technicianTryResultSchema,
} from '../contract/technician-access.ts'
import type { KioskBridge } from '../contract/window-bridge.ts'

const linkCrypto: LinkCrypto = {
  nonce: () => randomBytes(32).toString('hex'),
  hmac: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
  equal: (left, right) => left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right)),
}

const HELLO_TRIES = 5

/** What a page can ask for a technician, with nobody between it and the helper. */
type TechnicianCalls = Pick<
  KioskBridge,
  | 'askTechnicianChallenge'
  | 'answerTechnicianChallenge'
  | 'actAsTechnician'
  | 'readSupportStatus'
  | 'readSupportDiagnostics'
  | 'supportChecks'
>

export type ScreenLink = TechnicianCalls & {
  /** What the helper knows this screen by: opened again with the same one, it is the same screen. */
  screenId: string
  press(command: Command): Promise<CommandResult>
  reportPainted(painted: Painted): Promise<void>
  /** Resolves when the link has ended, whoever ended it. */
  closed: Promise<void>
  /** To the helper, the screen is lost then. */
  close(): void
}

export type ScreenLinkOptions = {
  /** 64 hex digits; at random by default. */
  screenId?: string
  /** Called with the first snapshot, before the link is answered, and with every later one. */
  onSnapshot?: (snapshot: KioskSnapshot) => void
}

/** A connection that has proven the key of its role and said nothing yet. */
async function openLinkSocket(runtimeFolder: string, role: LinkRole): Promise<Socket> {
  const keyFile = role === 'shell' ? LINK_FILES.shellKey : LINK_FILES.technicianKey
  const key = Buffer.from(await readFile(join(runtimeFolder, keyFile), 'utf8'), 'hex')
  const socket = connect(join(runtimeFolder, LINK_FILES.socket))
  await once(socket, 'connect')
  socket.on('error', () => socket.destroy())
  const channel = openLineChannel(socket, (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs)
    return () => clearTimeout(timer)
  })
  await greetHelper(channel, { role, key, crypto: linkCrypto }).catch((error: unknown) => {
    socket.destroy()
    throw error
  })
  return socket
}

/** A connection that has proven the shell's key and said nothing yet. */
export function openShellSocket(runtimeFolder: string): Promise<Socket> {
  return openLinkSocket(runtimeFolder, 'shell')
}

/**
 * Hears of every change and of every paint, as a technician does, who is no screen.
 *
 * @returns how to stop
 */
export async function followSnapshots(
  runtimeFolder: string,
  onSnapshot: (snapshot: KioskSnapshot) => void,
): Promise<() => void> {
  const socket = await openLinkSocket(runtimeFolder, 'technician')
  const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket))
  const show = (snapshot: unknown) => onSnapshot(kioskSnapshotSchema.parse(snapshot))
  connection.onNotification(LINK_NOTIFICATIONS.snapshot.method, show)
  connection.listen()
  show(await connection.sendRequest(LINK_REQUESTS.subscribe.method, { screenId: null }))
  return () => {
    connection.dispose()
    socket.destroy()
  }
}

/** As the shell does: a helper that is too busy for one hello may have time for the next. */
async function openShellSocketPatiently(runtimeFolder: string): Promise<Socket> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await openShellSocket(runtimeFolder)
    } catch (error) {
      const isRefused = error instanceof KioskError && error.code === 'link-hello-refused'
      if (!isRefused || tries === HELLO_TRIES) throw error
    }
  }
}

export async function openScreenLink(
  runtimeFolder: string,
  { screenId = randomBytes(32).toString('hex'), onSnapshot = () => {} }: ScreenLinkOptions = {},
): Promise<ScreenLink> {
  const socket = await openShellSocketPatiently(runtimeFolder)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket))
  const show = (snapshot: unknown) => onSnapshot(kioskSnapshotSchema.parse(snapshot))
  connection.onNotification(LINK_NOTIFICATIONS.snapshot.method, show)
  connection.listen()
  const gone = closed.then(() => {
    throw new Error('the helper left before it answered')
  })
  show(await Promise.race([connection.sendRequest(LINK_REQUESTS.subscribe.method, { screenId }), gone]))
  gone.catch(() => {
    // From here on whoever holds the link waits for `closed`.
  })
  return {
    screenId,
    press: async (command) =>
      commandResultSchema.parse(await connection.sendRequest(LINK_REQUESTS.command.method, command)),
    async reportPainted(painted) {
      await connection.sendRequest(LINK_REQUESTS.painted.method, painted)
    },
    askTechnicianChallenge: async () =>
      technicianChallengeResultSchema.parse(await connection.sendRequest(LINK_REQUESTS.technicianChallenge.method, {})),
    answerTechnicianChallenge: async (given) =>
      technicianTryResultSchema.parse(await connection.sendRequest(LINK_REQUESTS.technicianAnswer.method, given)),
    actAsTechnician: async (act) =>
      technicianActResultSchema.parse(await connection.sendRequest(LINK_REQUESTS.technicianAct.method, act)),
    readSupportStatus: async () =>
      supportStatusSchema.parse(await connection.sendRequest(LINK_REQUESTS.supportStatus.method, {})),
    readSupportDiagnostics: async () =>
      supportDiagnosticsSchema.parse(await connection.sendRequest(LINK_REQUESTS.supportDiagnostics.method, {})),
    supportChecks: async (request) =>
      supportChecksSchema.parse(await connection.sendRequest(LINK_REQUESTS.supportChecks.method, request)),
    closed,
    close() {
      connection.dispose()
      socket.destroy()
    },
  }
}
