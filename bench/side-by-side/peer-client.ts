/** A peer as a process of its own, told of the provider by its arguments. Knows nothing of how the peer works. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import {
  type BenchClient,
  type ClientEvent,
  type ClientName,
  KIOSK_SCOPES,
  type ServerAddress,
} from './bench-client.ts'
import { createEventQueue } from './event-queue.ts'
import { openThings } from './open-things.ts'
import { readPeerLine } from './peer-line.ts'

const PEERS = join(import.meta.dirname, '..', 'peers')
const COMMANDS: Record<Exclude<ClientName, 'ours'>, [string, string]> = {
  'openid-client': [process.execPath, join(PEERS, 'openid-client.ts')],
  'msal-node': [process.execPath, join(PEERS, 'msal-node.ts')],
  'shell-loop': ['bash', join(PEERS, 'shell-loop.sh')],
}
/** Of what a peer complains about, the end is enough. */
const LAST_WORDS = 300

function spawnPeer(name: keyof typeof COMMANDS, server: ServerAddress, caPath: string, signIns: number): ChildProcess {
  const [command, program] = COMMANDS[name]
  const args = [program, server.issuer, server.clientId, KIOSK_SCOPES, String(signIns)]
  const env = { PATH: process.env.PATH, NODE_EXTRA_CA_CERTS: caPath, CURL_CA_BUNDLE: caPath }
  return spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
}

export function createPeerClient(name: keyof typeof COMMANDS): BenchClient {
  return {
    name,
    async start(server, { signIns }) {
      const folder = await mkdtemp(join(tmpdir(), 'bench-peer-'))
      const caPath = join(folder, 'ca.pem')
      await writeFile(caPath, server.ca.caPem)
      const child = spawnPeer(name, server, caPath, signIns)
      const events = createEventQueue<ClientEvent>()
      let lastWords = ''
      child.stderr?.on('data', (chunk: Buffer) => {
        lastWords = (lastWords + chunk.toString()).slice(-LAST_WORDS)
      })
      let hasFailed = false
      const fail = (error: string) => {
        if (!hasFailed) events.put({ kind: 'failed', atMs: performance.now(), error })
        hasFailed = true
      }
      const lines = child.stdout && createInterface({ input: child.stdout })
      lines?.on('line', (line) => {
        const atMs = performance.now()
        const said = readPeerLine(line)
        if (said?.kind === 'code') events.put({ kind: 'code', atMs, userCode: said.userCode })
        if (said?.kind === 'token') events.put({ kind: 'token', atMs, proof: said })
        if (said?.kind === 'failed') fail(`${said.error} ${lastWords}`.trim())
      })
      // By `close`, every line has been read.
      child.on('close', (code, signal) => fail(`ended with ${code ?? signal} ${lastWords}`.trim()))
      child.on('error', (error) => fail(error.message))
      const exited = new Promise((resolve) => child.once('exit', resolve).once('error', resolve))
      const close = async () => {
        child.kill('SIGKILL')
        await exited
        await rm(folder, { recursive: true, force: true })
      }
      openThings.add(close)
      return {
        processId: child.pid ?? 0,
        next: (signal) => events.take(signal),
        goOn: async () => {},
        close,
      }
    },
  }
}
