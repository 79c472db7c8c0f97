/** The helper's end of the shell link: hello, then JSON-RPC checked by the contract. Never answers an unproven peer. */
import { chmod } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import {
  createMessageConnection,
  ErrorCodes,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node'
import type { z } from 'zod'
import { COMMAND_ROLES, type Command, type CommandResult, type LinkRole } from '../../contract/commands.ts'
import type { Diagnostics } from '../../contract/diagnostics.ts'
import { KioskError } from '../../contract/kiosk-error.ts'
import { welcomeClient } from '../../contract/link-hello.ts'
import { openLineChannel } from '../../contract/link-lines.ts'
import { LINK_MESSAGE_LIMIT_BYTES, LINK_NOTIFICATIONS, LINK_REQUESTS } from '../../contract/link-protocol.ts'
import type { KioskSnapshot, Painted } from '../../contract/session-state.ts'
import type { Log } from '../log.ts'
import { clearLinkFolder, type LinkFolder } from './link-folder.ts'
import { createMessageLimit } from './message-limit.ts'
import { linkCrypto, startTimer } from './node-link.ts'

/** Peers at once: a shell, a few technicians, and room for those in the middle of a hello. */
const PEER_LIMIT = 32

export type LinkHandlers = {
  snapshot(): KioskSnapshot
  command(command: Command, role: LinkRole): CommandResult
  painted(painted: Painted): void
  diagnostics(): Diagnostics
  /** The last shell has left the link. */
  screenLost(): void
}

export type LinkServer = {
  /** Tells every subscriber; call it with each change. */
  publish(snapshot: KioskSnapshot): void
  close(): Promise<void>
}

/** A refusal as JSON-RPC carries it: our code in `data`, so that the peer can act on it. */
function refusal(error: unknown): ResponseError<{ code: string }> {
  const known = error instanceof KioskError ? error : new KioskError('unexpected', 'the request failed in the helper')
  const rpcCode = known.code === 'link-message-invalid' ? ErrorCodes.InvalidParams : ErrorCodes.InvalidRequest
  return new ResponseError(rpcCode, known.message, { code: known.code })
}

type LinkRequest = (typeof LINK_REQUESTS)[keyof typeof LINK_REQUESTS]

function answer<R extends LinkRequest>(
  connection: MessageConnection,
  request: R,
  log: Log,
  handle: (params: z.output<R['params']>) => z.input<R['result']>,
): void {
  connection.onRequest(request.method, (params: unknown) => {
    const parsed = request.params.safeParse(params)
    try {
      if (!parsed.success) throw new KioskError('link-message-invalid', `${request.method}: ${parsed.error.message}`)
      return handle(parsed.data as z.output<R['params']>)
    } catch (error) {
      log.warn({ err: error, method: request.method }, 'request on the shell link refused')
      return refusal(error)
    }
  })
}

/** Listens in a folder that `claimLinkFolder` has made ready. */
export async function startLinkServer(folder: LinkFolder, handlers: LinkHandlers, log: Log): Promise<LinkServer> {
  const { socketPath, keys } = folder
  const sockets = new Set<Socket>()
  const subscribers = new Set<MessageConnection>()
  const shells = new Set<Socket>()
  let closing = false

  function serve(socket: Socket, role: LinkRole): void {
    const limited = socket.pipe(createMessageLimit(LINK_MESSAGE_LIMIT_BYTES))
    const connection = createMessageConnection(new StreamMessageReader(limited), new StreamMessageWriter(socket))
    limited.on('error', (error) => {
      log.warn({ err: error, role }, 'peer on the shell link cut off')
      socket.destroy()
    })
    if (role === 'shell') shells.add(socket)
    socket.on('close', () => {
      subscribers.delete(connection)
      connection.dispose()
      if (shells.delete(socket) && shells.size === 0 && !closing) handlers.screenLost()
    })
    connection.onError(([error]) => log.warn({ err: error, role }, 'fault on the shell link'))
    answer(connection, LINK_REQUESTS.subscribe, log, () => {
      subscribers.add(connection)
      return handlers.snapshot()
    })
    answer(connection, LINK_REQUESTS.command, log, (command) => {
      if (!COMMAND_ROLES[command.kind].includes(role)) {
        throw new KioskError('command-not-allowed', `"${command.kind}" is for the screen alone`)
      }
      return handlers.command(command, role)
    })
    answer(connection, LINK_REQUESTS.diagnostics, log, () => {
      if (role !== 'technician') throw new KioskError('command-not-allowed', 'diagnostics are for a technician')
      return handlers.diagnostics()
    })
    answer(connection, LINK_REQUESTS.painted, log, (painted) => {
      if (role !== 'shell') throw new KioskError('command-not-allowed', 'only the shell paints')
      handlers.painted(painted)
      return {}
    })
    connection.listen()
    log.info({ role }, 'peer joined the shell link')
  }

  const server = createServer((socket) => {
    if (sockets.size >= PEER_LIMIT) {
      socket.destroy()
      return
    }
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', (error) => log.debug({ err: error }, 'shell link socket failed'))
    welcomeClient(openLineChannel(socket, startTimer), { keys, crypto: linkCrypto }).then(
      (role) => serve(socket, role),
      (error: unknown) => {
        log.warn({ err: error }, 'peer on the shell link refused')
        socket.destroy()
      },
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(socketPath, resolve)
  })
  // The group the shell's account shares may connect; the folder's mode keeps everybody else out.
  await chmod(socketPath, 0o660)

  return {
    publish(snapshot) {
      for (const subscriber of subscribers) {
        subscriber.sendNotification(LINK_NOTIFICATIONS.snapshot.method, snapshot).catch((error: unknown) => {
          log.debug({ err: error }, 'subscriber on the shell link is gone')
        })
      }
    },
    async close() {
      closing = true
      // The files first: once the server is closed, they may be a successor's.
      await clearLinkFolder(folder)
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
