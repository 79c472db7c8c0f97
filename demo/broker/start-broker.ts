/** A real broker on this machine: mosquitto, configured by fleetctl's own renderer. Never listens beyond 127.0.0.1. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePorts } from '../../fleet/broker/free-ports.ts'
import { makeBroker } from '../../fleet/broker/make-broker.ts'
import { createPki, issueCertificate } from '../../fleet/pki/device-certificates.ts'
import { createThrowawayAuthority } from '../network/throwaway-authority.ts'

const START_LIMIT_MS = 10_000
const LOOK_MS = 25
const STOP_LIMIT_MS = 3_000
const OPERATOR = 'operations'

export type BrokerOptions = {
  mosquittoPath: string
  /** Of the broker alone; outlives it, with the orders it keeps. */
  folder: string
  /** The fleet's, made by `fleetctl pki`. */
  pkiFolder: string
  /** The same again after a stop; a free one where it is left out. */
  port?: number
  /** The address that kiosks connect to, where it is not this machine's own, as in a network namespace. */
  address?: string
  limits?: Readonly<Record<string, number>>
}

export type Broker = {
  /** `mqtts://localhost:<port>` */
  url: string
  port: number
  /** Of operators: MQTT, and MQTT over WebSockets. */
  operatorsUrl: string
  websocketsUrl: string
  /** The authority of the broker's own certificate: kiosks trust this one. */
  caPem: string
  /** Of the one operator, `operations`. */
  operator: { cert: string; key: string }
  processId: number
  log(): string
  /** Takes over a revocation list that was signed anew; connections that are there stay. */
  reload(): void
  /** As when its machine is switched off for a while. */
  stop(signal?: NodeJS.Signals): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

/** @throws what `fleetctl broker render` throws, and Error where mosquitto does not start */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { mosquittoPath, folder, pkiFolder, limits = {}, address = '127.0.0.1' } = options
  const at = (name: string) => join(folder, name)
  await mkdir(at('data'), { recursive: true })
  const operatorsFolder = at('operators')
  const now = new Date()
  await createPki({ folder: operatorsFolder, name: 'Demo operators', now, days: 30 })
  const { certificatePem, keyPem } = await issueCertificate({
    folder: operatorsFolder,
    deviceId: OPERATOR,
    now,
    days: 30,
  })
  const authority = await createThrowawayAuthority('Throwaway broker CA')
  const server = await authority.certify(['localhost', '127.0.0.1', address])
  const [freePort, operatorsPort, websocketsPort] = await freePorts(3)
  const port = options.port ?? freePort ?? 0
  await writeFile(at('server.crt'), server.certificatePem)
  await writeFile(at('server.key'), server.keyPem, { mode: 0o600 })
  const settings = {
    version: 1,
    server: { certificateFile: at('server.crt'), keyFile: at('server.key'), user: userInfo().username },
    devices: {
      listen: `${address}:${port}`,
      caFile: join(pkiFolder, 'fleet-ca.crt'),
      crlFile: join(pkiFolder, 'fleet-ca.crl'),
    },
    operators: {
      listen: `127.0.0.1:${operatorsPort}`,
      websocketsListen: `127.0.0.1:${websocketsPort}`,
      caFile: join(operatorsFolder, 'fleet-ca.crt'),
      crlFile: join(operatorsFolder, 'fleet-ca.crl'),
      names: [OPERATOR],
    },
    limits,
    folders: { persistence: at('data') },
  }
  await writeFile(at('broker.json'), JSON.stringify(settings))
  const configurationFile = at('mosquitto.conf')
  await makeBroker({ settingsFile: at('broker.json'), outFile: configurationFile, mosquittoPath })

  let said = ''
  let mosquitto: ChildProcess | null = null

  async function start(): Promise<void> {
    const before = said.length
    const child = spawn(mosquittoPath, ['-c', configurationFile], { stdio: ['ignore', 'ignore', 'pipe'] })
    mosquitto = child
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    child.once('exit', (code, signal) => {
      said += `mosquitto ended with ${code ?? signal}\n`
    })
    const limitMs = performance.now() + START_LIMIT_MS
    while (!/ running$/m.test(said.slice(before))) {
      if (child.exitCode !== null || performance.now() > limitMs) {
        child.kill('SIGKILL')
        throw new Error(`mosquitto does not start: ${said.slice(before)}`)
      }
      await wait(LOOK_MS)
    }
  }

  async function stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = mosquitto
    mosquitto = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    // One that has only just come up does not hear SIGTERM.
    const insist = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
    await ended
    clearTimeout(insist)
  }

  await start()
  return {
    url: `mqtts://${address === '127.0.0.1' ? 'localhost' : address}:${port}`,
    port,
    operatorsUrl: `mqtts://localhost:${operatorsPort}`,
    websocketsUrl: `wss://localhost:${websocketsPort}`,
    caPem: authority.caPem,
    operator: { cert: certificatePem, key: keyPem ?? '' },
    get processId() {
      return mosquitto?.pid ?? 0
    },
    log: () => said,
    reload: () => void mosquitto?.kill('SIGHUP'),
    stop,
    start,
    close: () => stop(),
  }
}
