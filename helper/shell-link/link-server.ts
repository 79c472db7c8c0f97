/** The helper's end of the shell link: lets in who proves a key. Never answers anybody else, never lets them crowd it out. */
import { createServer, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { z } from 'zod'
import type { LinkRole } from '../../contract/commands.ts'
import { KioskError } from '../../contract/kiosk-error.ts'
import { welcomeClient } from '../../contract/link-hello.ts'
import { openLineChannel } from '../../contract/link-lines.ts'
import { LINK_NOTIFICATIONS } from '../../contract/link-protocol.ts'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import type { Log } from '../log.ts'
import { clearLinkKeys, type LinkFolder, shareSocket } from './link-folder.ts'
import { type LinkNotification, type LinkPeer, serveLinkPeer } from './link-peer.ts'
import type { LinkHandlers } from './link-requests.ts'
import { linkCrypto, startTimer } from './node-link.ts'
import { createRefusalLog } from './refusal-log.ts'

/** Of each role, so that technicians who left a watch running cannot keep the screen out. */
const PROVEN_LIMIT = 16
/** Peers in the middle of a hello, which takes a millisecond or two. */
const UNPROVEN_LIMIT = 64
/** How long a restart waits for the screens to be told of it. */
const ANNOUNCE_LIMIT_MS = 250

export type LinkServer = {
  /** Tells every subscriber; call it with each change. */
  publish(snapshot: KioskSnapshot): void
  /** Tells every subscriber that the helper will be back at once; resolves when they have been told. */
  announceRestart(): Promise<void>
  close(): Promise<void>
}

/**
 * Listens in a folder that `claimLinkFolder` has made ready.
 *
 * @param ready peers that come before there is anybody to answer them wait for it
 */
export async function startLinkServer(folder: LinkFolder, ready: Promise<LinkHandlers>, log: Log): Promise<LinkServer> {
  const refusals = createRefusalLog(log)
  /** In the order of their arrival. */
  const unproven = new Set<Socket>()
  const peers = new Map<Socket, LinkPeer>()
  let closing = false

  const countOf = (role: LinkRole) => [...peers.values()].filter((peer) => peer.role === role).length

  function refuse(socket: Socket, error: unknown): void {
    if (!unproven.delete(socket)) return
    socket.destroy()
    if (!closing) refusals.note('link.peer-refused', error)
  }

  /** The oldest goes, not the newcomer: the shell needs a moment only, and silence must not keep it out. */
  function makeRoom(): void {
    const [oldest] = unproven
    if (!oldest || unproven.size < UNPROVEN_LIMIT) return
    refuse(oldest, new KioskError('link-hello-refused', `more than ${UNPROVEN_LIMIT} peers had not proven themselves`))
  }

  function admit(socket: Socket, role: LinkRole, handlers: LinkHandlers): void {
    if (socket.destroyed || !unproven.has(socket)) {
      unproven.delete(socket)
      return
    }
    if (countOf(role) >= PROVEN_LIMIT) {
      refuse(socket, new KioskError('link-hello-refused', `${PROVEN_LIMIT} peers hold the role of ${role} already`))
      return
    }
    unproven.delete(socket)
    peers.set(socket, serveLinkPeer(socket, { role, handlers, refusals }))
    socket.on('close', () => {
      peers.delete(socket)
      if (role === 'shell' && countOf('shell') === 0 && !closing) handlers.screenLost()
    })
    log.info({ role }, 'peer joined the shell link')
  }

  async function welcome(socket: Socket): Promise<void> {
    const handlers = await ready
    const role = await welcomeClient(openLineChannel(socket, startTimer), { keys: folder.keys, crypto: linkCrypto })
    admit(socket, role, handlers)
  }

  const server = createServer((socket) => {
    makeRoom()
    unproven.add(socket)
    socket.on('error', (error) => log.debug({ err: error }, 'shell link socket failed'))
    welcome(socket).catch((error: unknown) => refuse(socket, error))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    // A pipe's own rights would leave the screen's account out; whoever connects has to prove a key all the same.
    const forAll = folder.isPipe ? { readableAll: true, writableAll: true } : {}
    server.listen({ path: folder.socketPath, ...forAll }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  // A peer that could not be accepted, for want of file descriptors: no reason to end.
  server.on('error', (error) => refusals.note('link.peer-refused', error))
  await shareSocket(folder)

  function tellAll<N extends LinkNotification>(notification: N, params: z.input<N['params']>): Promise<unknown> {
    return Promise.all([...peers.values()].map((peer) => peer.tell(notification, params)))
  }

  return {
    publish(snapshot) {
      void tellAll(LINK_NOTIFICATIONS.snapshot, snapshot)
    },
    async announceRestart() {
      const waiting = new AbortController()
      const limit = sleep(ANNOUNCE_LIMIT_MS, undefined, { signal: waiting.signal }).catch(() => {})
      await Promise.race([tellAll(LINK_NOTIFICATIONS.restarting, {}), limit])
      waiting.abort()
    },
    async close() {
      closing = true
      // While the socket answers, no successor makes keys of its own.
      await clearLinkKeys(folder)
      // Takes the socket's file away before it stops to answer on it: what is there afterwards is a successor's.
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of [...unproven, ...peers.keys()]) socket.destroy()
      await closed
      refusals.close()
    },
  }
}
