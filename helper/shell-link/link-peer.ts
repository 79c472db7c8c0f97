/** One proven peer: JSON-RPC over its socket until either leaves. Never buffers for a peer that does not read. */
import type { Socket } from 'node:net'
import {
  createMessageConnection,
  Message,
  type MessageWriter,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node'
import type { z } from 'zod'
import type { LinkRole } from '../../contract/commands.ts'
import { KioskError } from '../../contract/kiosk-error.ts'
import { LINK_MESSAGE_LIMIT_BYTES, type LINK_NOTIFICATIONS } from '../../contract/link-protocol.ts'
import { type LinkHandlers, refusal, requestDecoder, serveRequests } from './link-requests.ts'
import { createMessageLimit } from './message-limit.ts'
import type { RefusalLog } from './refusal-log.ts'

/** Far more than a shell has under way at once. */
const UNANSWERED_LIMIT = 32
/** Changes that a peer may lag behind: a screen that took in none of so many shows nothing true any more. */
const UNSENT_LIMIT = 256

export type LinkNotification = (typeof LINK_NOTIFICATIONS)[keyof typeof LINK_NOTIFICATIONS]

export type LinkPeer = {
  role: LinkRole
  /** Tells a peer that has subscribed, and nobody else; resolves when the system has taken it, or the peer is gone. */
  tell<N extends LinkNotification>(notification: N, params: z.input<N['params']>): Promise<void>
}

/** The same writer, telling of each answer that has left. */
function noticeAnswers(writer: StreamMessageWriter, onAnswer: () => void): MessageWriter {
  return {
    onError: writer.onError,
    onClose: writer.onClose,
    write: async (message) => {
      await writer.write(message)
      if (Message.isResponse(message)) onAnswer()
    },
    end: () => writer.end(),
    dispose: () => writer.dispose(),
  }
}

/** An answer to what cannot be told apart well enough to have an id (JSON-RPC 2.0 §5). */
function frameRefusal(error: KioskError): string {
  const body = JSON.stringify({ jsonrpc: '2.0', id: null, error: refusal(error).toJson() })
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

/** Serves a socket whose peer has proven this role. */
export function serveLinkPeer(
  socket: Socket,
  { role, handlers, refusals }: { role: LinkRole; handlers: LinkHandlers; refusals: RefusalLog },
): LinkPeer {
  const limit = createMessageLimit(LINK_MESSAGE_LIMIT_BYTES, UNANSWERED_LIMIT)
  const reader = new StreamMessageReader(limit.stream, { contentTypeDecoder: requestDecoder })
  // Its timer would outlive a peer that leaves in the middle of a message.
  reader.partialMessageTimeout = 0
  const connection = createMessageConnection(reader, noticeAnswers(new StreamMessageWriter(socket), limit.noteAnswer))
  let isSubscribed = false
  let unsentCount = 0

  function cutOff(error: unknown): void {
    if (socket.destroyed) return
    refusals.note('link.peer-cut-off', error, role)
    // As far as the system takes it at once: nobody waits for this peer any more.
    if (error instanceof KioskError) socket.write(frameRefusal(error))
    socket.destroy()
  }

  limit.stream.on('error', cutOff)
  connection.onError(([error]) => cutOff(error))
  socket.on('close', () => {
    limit.stream.destroy()
    connection.dispose()
  })
  // Half a peer is none: without this, one that never reads would keep its place.
  socket.on('end', () => socket.destroy())
  serveRequests(connection, {
    role,
    handlers,
    refusals,
    subscribe: () => {
      isSubscribed = true
    },
  })
  connection.listen()
  socket.pipe(limit.stream)

  return {
    role,
    async tell({ method }, params) {
      if (!isSubscribed || socket.destroyed) return
      if (unsentCount >= UNSENT_LIMIT) {
        cutOff(new KioskError('link-closed', `a peer on the shell link took in none of ${UNSENT_LIMIT} messages`))
        return
      }
      unsentCount += 1
      try {
        await connection.sendNotification(method, params)
      } catch {
        // It has just left: its socket says so itself.
      } finally {
        unsentCount -= 1
      }
    },
  }
}
