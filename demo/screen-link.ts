/** The screen's end of the shell link without a screen, for tests that need a person's press. Never shows anything. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node'
import { type Command, type CommandResult, commandResultSchema } from '../contract/commands.ts'
import { greetHelper, type LinkCrypto } from '../contract/link-hello.ts'
import { openLineChannel } from '../contract/link-lines.ts'
import { LINK_FILES, LINK_REQUESTS } from '../contract/link-protocol.ts'

const linkCrypto: LinkCrypto = {
  nonce: () => randomBytes(32).toString('hex'),
  hmac: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
  equal: (left, right) => left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right)),
}

export type ScreenLink = {
  press(command: Command): Promise<CommandResult>
  /** To the helper, the screen is lost then. */
  close(): void
}

export async function openScreenLink(runtimeFolder: string): Promise<ScreenLink> {
  const key = Buffer.from(await readFile(join(runtimeFolder, LINK_FILES.shellKey), 'utf8'), 'hex')
  const socket = connect(join(runtimeFolder, LINK_FILES.socket))
  await once(socket, 'connect')
  socket.on('error', () => socket.destroy())
  const channel = openLineChannel(socket, (delayMs, fire) => {
    const timer = setTimeout(fire, delayMs)
    return () => clearTimeout(timer)
  })
  await greetHelper(channel, { role: 'shell', key, crypto: linkCrypto })
  const connection = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket))
  connection.listen()
  return {
    press: async (command) =>
      commandResultSchema.parse(await connection.sendRequest(LINK_REQUESTS.command.method, command)),
    close() {
      connection.dispose()
      socket.destroy()
    },
  }
}
