/** A free port of this machine for a server of a test. Never listens beyond 127.0.0.1. */
import { once } from 'node:events'
import type { Server } from 'node:net'

/** @returns the port */
export async function listenLocally(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port')
  return address.port
}
