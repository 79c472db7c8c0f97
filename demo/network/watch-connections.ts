/** Sees every connection that a server of this process accepts. Never touches one. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'

export type ConnectionWatch = {
  /** The clients' ports, in the order of their arrival. */
  clientPorts: readonly number[]
  stop(): void
}

/** @param serverPort of a server in this very process */
export function watchConnections(serverPort: number): ConnectionWatch {
  const clientPorts: number[] = []
  const note = (message: unknown) => {
    const { socket } = message as { socket: Socket }
    if (socket.localPort === serverPort && socket.remotePort !== undefined) clientPorts.push(socket.remotePort)
  }
  subscribe('net.server.socket', note)
  return { clientPorts, stop: () => void unsubscribe('net.server.socket', note) }
}
