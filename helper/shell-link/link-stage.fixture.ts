/** A server of the shell link in a folder of its own, and peers for it, for the tests of what it lets them do. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createMessageConnection,
  type MessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node'
import { plainBrand } from '../../contract/brand.ts'
import type { LinkRole } from '../../contract/commands.ts'
import { KioskError } from '../../contract/kiosk-error.ts'
import { greetHelper } from '../../contract/link-hello.ts'
import { openLineChannel } from '../../contract/link-lines.ts'
import { LINK_FILES, LINK_REQUESTS } from '../../contract/link-protocol.ts'
import { DEFAULT_SCREEN_SETTINGS } from '../../contract/screen-settings.ts'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import type { SupportStatus } from '../../contract/support.ts'
import { createLog } from '../log.ts'
import { claimLinkFolder } from './link-folder.ts'
import type { LinkHandlers } from './link-requests.ts'
import { type LinkServer, startLinkServer } from './link-server.ts'
import { linkCrypto, startTimer } from './node-link.ts'

export const SNAPSHOT: KioskSnapshot = {
  sequence: 1,
  clock: { monotonicMs: 0, epochMs: 0 },
  helper: { version: '0.1.0', processId: 1, startedAtEpochMs: 0 },
  device: { id: 'DR-0042', activation: null },
  display: { brand: plainBrand('Contoso'), kioskName: 'Main lobby', place: 'Building 4', languages: ['en' as const] },
  bundle: null,
  vault: 'tmpfs',
  session: { kind: 'attract' },
  screen: DEFAULT_SCREEN_SETTINGS,
  app: null,
  painted: null,
}
const SUPPORT_STATUS: SupportStatus = {
  lastTokenIssueEpochMs: null,
  token: null,
  connection: { kind: 'untried' },
  lastFault: null,
}
export const SCREEN_ID = 'a'.repeat(64)

export type LinkStage = {
  folder: string
  /** Changed by `restart`. */
  server: LinkServer
  /** What the handlers were told. */
  heard: unknown[]
  warnings: Record<string, unknown>[]
  /** Another server in the same folder, without waiting for the one before. */
  restart(): Promise<void>
  /** Says nothing, not even a hello. */
  connect(): Socket
  /** A peer that has proven its role. */
  join(role: LinkRole): Promise<Socket>
  /** The same, with JSON-RPC. */
  speak(role: LinkRole): Promise<{ socket: Socket; rpc: MessageConnection; subscribe(): Promise<unknown> }>
  close(): Promise<void>
}

export async function openLinkStage(): Promise<LinkStage> {
  const folder = await mkdtemp(join(tmpdir(), 'kiosk-link-'))
  const heard: unknown[] = []
  const warnings: Record<string, unknown>[] = []
  const log = createLog('test')
  log.level = 'silent'
  log.warn = (fields: object) => warnings.push({ ...fields })

  async function startServer(): Promise<LinkServer> {
    return startLinkServer(
      await claimLinkFolder(folder),
      Promise.resolve<LinkHandlers>({
        diagnostics: () => {
          throw new Error('not asked for here')
        },
        snapshot: () => {
          heard.push('snapshot')
          return SNAPSHOT
        },
        command: (command) => {
          heard.push(command)
          return { accepted: true }
        },
        painted: (painted) => heard.push(painted),
        support: {
          status: () => {
            heard.push('support/status')
            return SUPPORT_STATUS
          },
          diagnostics: () => {
            throw new KioskError('command-not-allowed', 'no technician was let in at the screen')
          },
          checks: () => {
            throw new KioskError('command-not-allowed', 'no technician was let in at the screen')
          },
          checksForDoctor: () => ({ state: 'idle', finishedAtEpochMs: null, checks: [] }),
        },
        technician: {
          challenge: async () => ({ kind: 'unavailable', because: 'no-secret' }),
          answer: async () => ({ kind: 'expired' }),
          act: async (act) => {
            heard.push(act)
            return { accepted: false }
          },
        },
        incident: (incident) => heard.push(incident),
        logoPart: (request) => {
          heard.push(request)
          return { kind: 'gone' }
        },
        accessToken: async (request) => {
          heard.push(request)
          return { kind: 'none', reason: 'not-signed-in' }
        },
        screenJoined: (screenId) => heard.push(screenId),
        screenLost: () => heard.push('screen lost'),
      }),
      log,
    )
  }

  const stage: LinkStage = {
    folder,
    server: await startServer(),
    heard,
    warnings,
    async restart() {
      stage.server = await startServer()
    },
    connect() {
      const socket = connect(join(folder, LINK_FILES.socket))
      return socket.on('error', () => socket.destroy())
    },
    async join(role) {
      const path = role === 'shell' ? LINK_FILES.shellKey : LINK_FILES.technicianKey
      const key = Buffer.from(await readFile(join(folder, path), 'utf8'), 'hex')
      const socket = stage.connect()
      await greetHelper(openLineChannel(socket, startTimer), { role, key, crypto: linkCrypto })
      return socket
    },
    async speak(role) {
      const socket = await stage.join(role)
      const rpc = createMessageConnection(new StreamMessageReader(socket), new StreamMessageWriter(socket))
      rpc.listen()
      const screenId = role === 'shell' ? SCREEN_ID : null
      return { socket, rpc, subscribe: () => rpc.sendRequest(LINK_REQUESTS.subscribe.method, { screenId }) }
    },
    async close() {
      await stage.server.close()
      await rm(folder, { recursive: true })
    },
  }
  return stage
}
