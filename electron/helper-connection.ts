/** One proven connection to the helper. Never comes back by itself: `helper-link.ts` opens the next. */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { MessageConnection } from 'vscode-jsonrpc/node'
import { createMessageConnection, SocketMessageReader, SocketMessageWriter } from 'vscode-jsonrpc/node'
import { greetHelper } from '../contract/link-hello.ts'
import { openLineChannel } from '../contract/link-lines.ts'
import { LINK_FILES, pipeNameSchema } from '../contract/link-protocol.ts'
import { linkCrypto, startTimer } from './node-link.ts'

/** A linked connection and the moment it ends. */
export type HelperConnection = { rpc: MessageConnection; closed: Promise<void>; close(): void }

/** @throws whatever keeps it from being there: no key yet, nobody who listens, a hello that is refused */
export async function openHelperConnection(runtimeFolder: string): Promise<HelperConnection> {
  const key = Buffer.from(await readFile(join(runtimeFolder, LINK_FILES.shellKey), 'utf8'), 'hex')
  const isPipe = process.platform === 'win32'
  const place = join(runtimeFolder, isPipe ? LINK_FILES.pipeName : LINK_FILES.socket)
  const socket = connect(isPipe ? pipeNameSchema.parse(await readFile(place, 'utf8')) : place)
  await once(socket, 'connect')
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.on('error', () => socket.destroy())
  const greeting = greetHelper(openLineChannel(socket, startTimer), { role: 'shell', key, crypto: linkCrypto })
  await greeting.catch((error: unknown) => {
    socket.destroy()
    throw error
  })
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
