/** A real gateway on this machine: nginx, configured by fleetctl's own renderer. Never listens beyond 127.0.0.1. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { makeGateway } from '../../fleet/gateway/make-gateway.ts'
import { createThrowawayAuthority } from '../network/throwaway-authority.ts'

const START_TRIES = 200
const START_TRY_MS = 25
/** The first of nginx's workers to take a connection after a reload may still be an old one. */
const RELOAD_TRIES = 200

export type GatewayOptions = {
  nginxPath: string
  /** Of the gateway alone; outlives it. */
  folder: string
  /** Made by `fleetctl pki`. */
  pkiFolder: string
  provider: { issuer: string; ca: { caPem: string } }
  /** As an operator writes it: `DR-0042 active`, one a line. */
  deviceList: string
  /** Settings of the gateway's that differ from its own defaults. */
  limits?: Readonly<Record<string, number>>
  devices?: Readonly<Record<string, string | number>>
  workers?: number
}

export type Gateway = {
  /** `https://localhost:<port>` */
  origin: string
  port: number
  /** The authority of the gateway's own certificate: kiosks trust this one. */
  caPem: string
  /** Takes over a new device list, or a revocation list that was signed anew. Resolves when no old worker is left. */
  reload(deviceList?: string): Promise<void>
  /** Has nginx read its files again, whatever is in them by now. */
  reread(): Promise<void>
  /** Each request as the gateway logged it. */
  accessLog(): Promise<Record<string, unknown>[]>
  /** Everything that nginx wrote, errors too. */
  allLogs(): Promise<string>
  /** Nothing listens at its address until it is started again. */
  stop(): Promise<void>
  startAgain(): Promise<void>
  close(): Promise<void>
}

/** Paths as oidc-provider has them. */
function endpointsOf(issuer: string) {
  return {
    discovery: `${issuer}/.well-known/openid-configuration`,
    keySet: `${issuer}/jwks`,
    deviceAuthorization: `${issuer}/device/auth`,
    token: `${issuer}/token`,
    revocation: `${issuer}/token/revocation`,
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port')
  return address.port
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

async function untilListening(nginx: ChildProcess, port: number, said: () => string): Promise<void> {
  for (let attempt = 0; attempt < START_TRIES; attempt += 1) {
    if (nginx.exitCode !== null) break
    if (await isListening(port)) return
    await wait(START_TRY_MS)
  }
  nginx.kill('SIGKILL')
  throw new Error(`nginx does not listen: ${said()}`)
}

async function childrenOf(pid: number): Promise<string[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')
  return text.trim().split(' ').filter(Boolean)
}

/** @throws what `fleetctl gateway render` throws, and Error where nginx does not start */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { nginxPath, folder, pkiFolder, provider, limits = {}, devices = {}, workers = 1 } = options
  const port = await freePort()
  const at = (name: string) => join(folder, name)
  await mkdir(folder, { recursive: true })
  const authority = await createThrowawayAuthority('Throwaway gateway CA')
  const server = await authority.certify(['localhost'])
  const settings = {
    version: 1,
    server: {
      name: 'localhost',
      listen: [`127.0.0.1:${port}`],
      certificateFile: at('server.crt'),
      keyFile: at('server.key'),
      workers,
    },
    devices: {
      caFile: join(pkiFolder, 'fleet-ca.crt'),
      crlFile: join(pkiFolder, 'fleet-ca.crl'),
      listFile: at('devices.txt'),
      ...devices,
    },
    providers: [{ kind: 'oidc', endpoints: endpointsOf(provider.issuer) }],
    providerCaFile: at('provider-ca.crt'),
    limits,
    folders: { run: at('run'), log: at('log') },
  }
  await writeFile(at('server.crt'), server.certificatePem)
  await writeFile(at('server.key'), server.keyPem, { mode: 0o600 })
  await writeFile(at('provider-ca.crt'), provider.ca.caPem)
  await writeFile(at('gateway.json'), JSON.stringify(settings))

  async function render(deviceList: string): Promise<void> {
    await writeFile(at('devices.txt'), deviceList)
    await makeGateway({ settingsFile: at('gateway.json'), outFile: at('nginx.conf'), nginxPath, now: new Date() })
  }
  let deviceList = options.deviceList
  await render(deviceList)

  const said: string[] = []
  let nginx = await run()

  async function run(): Promise<{ process: ChildProcess; pid: number; ended: Promise<unknown> }> {
    const started = spawn(nginxPath, ['-c', at('nginx.conf'), '-g', 'daemon off;'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    started.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text))
    const ended = once(started, 'exit')
    await untilListening(started, port, () => said.join(''))
    if (started.pid === undefined) throw new Error('nginx has no process')
    return { process: started, pid: started.pid, ended }
  }

  async function stop(): Promise<void> {
    nginx.process.kill('SIGTERM')
    await nginx.ended
  }

  async function reread(): Promise<void> {
    const before = await childrenOf(nginx.pid)
    nginx.process.kill('SIGHUP')
    for (let attempt = 0; attempt < RELOAD_TRIES; attempt += 1) {
      const now = await childrenOf(nginx.pid)
      if (now.length > 0 && !before.some((worker) => now.includes(worker))) return
      await wait(START_TRY_MS)
    }
    throw new Error('nginx did not take the new configuration over')
  }

  const read = (name: string) => readFile(at(join('log', name)), 'utf8')
  return {
    origin: `https://localhost:${port}`,
    port,
    caPem: authority.caPem,
    async reload(fresh) {
      deviceList = fresh ?? deviceList
      await render(deviceList)
      await reread()
    },
    reread,
    async accessLog() {
      const lines = (await read('access.log')).split('\n').filter(Boolean)
      return lines.map((line) => JSON.parse(line))
    },
    async allLogs() {
      return `${await read('access.log')}${await read('error.log')}${said.join('')}`
    },
    stop,
    async startAgain() {
      nginx = await run()
    },
    close: stop,
  }
}
