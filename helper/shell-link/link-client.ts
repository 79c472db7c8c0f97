/** A technician's end of the shell link. Never trusts a helper that did not prove the key. */
import { constants } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { createMessageConnection, ResponseError, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node'
import { type Command, type CommandResult, commandResultSchema } from '../../contract/commands.ts'
import { type Diagnostics, diagnosticsSchema } from '../../contract/diagnostics.ts'
import { KioskError, kioskErrorCodeSchema } from '../../contract/kiosk-error.ts'
import { greetHelper } from '../../contract/link-hello.ts'
import { openLineChannel } from '../../contract/link-lines.ts'
import { LINK_NOTIFICATIONS, LINK_REQUESTS, technicianKeyFile } from '../../contract/link-protocol.ts'
import { type KioskSnapshot, kioskSnapshotSchema } from '../../contract/session-state.ts'
import { type SupportChecks, type SupportChecksRequest, supportChecksSchema } from '../../contract/support.ts'
import { presentLinkAddress } from './link-address.ts'
import { linkCrypto, startTimer } from './node-link.ts'

export type TechnicianLink = {
  /** Answers the present snapshot; `onSnapshot` is called with every later one. */
  subscribe(onSnapshot?: (snapshot: KioskSnapshot) => void): Promise<KioskSnapshot>
  send(command: Command): Promise<CommandResult>
  diagnostics(): Promise<Diagnostics>
  /** Asks the helper how far its checks are, and lets it begin a run. */
  checks(request: SupportChecksRequest): Promise<SupportChecks>
  /** Resolves when the helper has gone. */
  closed: Promise<void>
  close(): void
}

async function readKey(path: string): Promise<Uint8Array> {
  // The folder is the helper's account's, and whoever asks may be root: a pipe that is put there must not hold them up for ever.
  const flag = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)
  const text = await readFile(path, { encoding: 'utf8', flag }).catch((cause: NodeJS.ErrnoException) => {
    const hint =
      cause.code === 'EACCES'
        ? 'run as root or as the helper’s account'
        : 'is the helper running, and is this its KIOSK_RUNTIME_DIR?'
    throw new KioskError('link-key-missing', `cannot read ${path}: ${hint}`, { cause })
  })
  return Buffer.from(text, 'hex')
}

function openSocket(path: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(socket))
    socket.once('error', (cause) =>
      reject(new KioskError('link-closed', `no helper answers on ${path}: is it running?`, { cause })),
    )
  })
}

function readRefusal(error: unknown): unknown {
  if (!(error instanceof ResponseError)) return error
  const code = kioskErrorCodeSchema.safeParse((error.data as { code?: unknown } | undefined)?.code)
  return new KioskError(code.success ? code.data : 'unexpected', error.message, { cause: error })
}

/** @throws KioskError `link-key-missing`, `link-closed`, `link-hello-refused` */
export async function openTechnicianLink(runtimeFolder: string): Promise<TechnicianLink> {
  const key = await readKey(join(runtimeFolder, technicianKeyFile(process.platform)))
  const address = await presentLinkAddress(runtimeFolder, process.platform)
  if (address === null)
    throw new KioskError('link-closed', `no helper has left a name in ${runtimeFolder}: is it running?`)
  const socket = await openSocket(address)
  socket.on('error', () => socket.destroy())
  await greetHelper(openLineChannel(socket, startTimer), { role: 'technician', key, crypto: linkCrypto }).catch(
    (error: unknown) => {
      socket.destroy()
      throw error
    },
  )
  const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket))
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  connection.listen()

  async function request(method: string, params: unknown): Promise<unknown> {
    const gone = closed.then(() => {
      throw new KioskError('link-closed', 'the helper went away')
    })
    return Promise.race([connection.sendRequest(method, params), gone]).catch((error: unknown) => {
      throw readRefusal(error)
    })
  }

  return {
    closed,
    async subscribe(onSnapshot) {
      if (onSnapshot) {
        connection.onNotification(LINK_NOTIFICATIONS.snapshot.method, (params: unknown) =>
          onSnapshot(kioskSnapshotSchema.parse(params)),
        )
      }
      return kioskSnapshotSchema.parse(await request(LINK_REQUESTS.subscribe.method, { screenId: null }))
    },
    async send(command) {
      return commandResultSchema.parse(await request(LINK_REQUESTS.command.method, command))
    },
    async diagnostics() {
      return diagnosticsSchema.parse(await request(LINK_REQUESTS.diagnostics.method, {}))
    },
    async checks(asked) {
      return supportChecksSchema.parse(await request(LINK_REQUESTS.supportChecks.method, asked))
    },
    close() {
      connection.dispose()
      socket.destroy()
    },
  }
}
