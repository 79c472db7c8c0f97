/** Polls a provider directly and through a real gateway, in turns. Never measures one while the other is at work. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'undici'
import { z } from 'zod'
import { gatewayAddress } from '../../contract/attestation.ts'
import type { Cleanups } from '../../demo/cleanups.ts'
import { makeDevices } from '../../demo/gateway/make-devices.ts'
import { startGateway } from '../../demo/gateway/start-gateway.ts'
import { createThrowawayAuthority } from '../../demo/network/throwaway-authority.ts'
import { mean } from '../side-by-side/statistics.ts'
import type { GatewayBenchOptions } from './gateway-options.ts'
import type { GatewayRound, WayRound } from './gateway-report.ts'

const BODY = new URLSearchParams({
  grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
  device_code: 'u'.repeat(43),
  client_id: 'reception-kiosk',
}).toString()
/** The gateway's limits are not what is measured. */
const NO_LIMITS = { tokensPerMinute: 600_000, tokensBurst: 10_000, addressPerMinute: 600_000, addressBurst: 10_000 }
const WARM_UP_POLLS = 50
const THROUGHPUT_SLICES = 5
const WAY_NAMES = ['direct', 'gateway'] as const
type WayName = (typeof WAY_NAMES)[number]

/** One device's way to the provider. */
type Way = { origin: string; path: string; connect: { ca: string; cert?: string; key?: string } }

const addressSchema = z.object({ port: z.number() })

async function startProvider(cleanups: Cleanups): Promise<{ issuer: string; ca: { caPem: string } }> {
  const authority = await createThrowawayAuthority('Bench provider')
  const { certificatePem, keyPem } = await authority.certify(['localhost'])
  const child = fork(join(import.meta.dirname, 'pending-provider.ts'))
  cleanups.add(() => void child.kill())
  const started = once(child, 'message')
  child.send({ certificatePem, keyPem })
  const { port } = addressSchema.parse((await started)[0])
  return { issuer: `https://localhost:${port}`, ca: { caPem: authority.caPem } }
}

async function poll(client: Client, path: string): Promise<void> {
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const { statusCode, body } = await client.request({ method: 'POST', path, headers, body: BODY })
  const text = await body.text()
  if (statusCode !== 400 || !text.includes('authorization_pending')) {
    throw new Error(`a poll was answered ${statusCode}: ${text}`)
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAtMs = performance.now()
  await work()
  return performance.now() - startedAtMs
}

const openClient = ({ origin, connect }: Way) => new Client(origin, { connect })

/** In turns, one poll by each way: both share whatever else the machine does. */
async function pollInTurns(polls: number, pollOnce: (name: WayName) => Promise<void>) {
  const tookMs: Record<WayName, number[]> = { direct: [], gateway: [] }
  for (let turn = 0; turn < polls; turn += 1) {
    for (const name of WAY_NAMES) tookMs[name].push(await timed(() => pollOnce(name)))
  }
  return tookMs
}

async function measureKept(ways: Record<WayName, Way>, polls: number): Promise<Record<WayName, number[]>> {
  const clients = { direct: openClient(ways.direct), gateway: openClient(ways.gateway) }
  const pollOnce = (name: WayName) => poll(clients[name], ways[name].path)
  try {
    await pollInTurns(WARM_UP_POLLS, pollOnce)
    return await pollInTurns(polls, pollOnce)
  } finally {
    await Promise.all(WAY_NAMES.map((name) => clients[name].close()))
  }
}

function measureFresh(ways: Record<WayName, Way>, polls: number): Promise<Record<WayName, number[]>> {
  return pollInTurns(polls, async (name) => {
    const client = openClient(ways[name])
    await poll(client, ways[name].path).finally(() => client.close())
  })
}

/** Each device polls as fast as it is answered. */
async function pollAtOnce(clients: readonly Client[], path: string, seconds: number): Promise<number> {
  const startedAtMs = performance.now()
  let polls = 0
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() - startedAtMs < seconds * 1000) {
        await poll(client, path)
        polls += 1
      }
    }),
  )
  return (polls * 1000) / (performance.now() - startedAtMs)
}

async function measureThroughput(devices: readonly Record<WayName, Way>[], seconds: number) {
  const perSecond: Record<WayName, number[]> = { direct: [], gateway: [] }
  const clients = {
    direct: devices.map(({ direct }) => openClient(direct)),
    gateway: devices.map(({ gateway }) => openClient(gateway)),
  }
  try {
    // The first slice opens the connections, and does not count.
    for (let slice = 0; slice <= THROUGHPUT_SLICES; slice += 1) {
      for (const name of WAY_NAMES) {
        const path = devices[0]?.[name].path ?? ''
        const count = await pollAtOnce(clients[name], path, seconds / THROUGHPUT_SLICES)
        if (slice > 0) perSecond[name].push(count)
      }
    }
    return { direct: mean(perSecond.direct), gateway: mean(perSecond.gateway) }
  } finally {
    await Promise.all(WAY_NAMES.flatMap((name) => clients[name]).map((client) => client.close()))
  }
}

async function measureRound(
  devices: readonly Record<WayName, Way>[],
  options: GatewayBenchOptions,
): Promise<GatewayRound> {
  const [first] = devices
  if (!first) throw new Error('there is no device')
  const kept = await measureKept(first, options.keptPolls)
  const fresh = await measureFresh(first, options.freshPolls)
  const perSecond = await measureThroughput(devices, options.throughputSeconds)
  const wayRound = (name: WayName): WayRound => ({
    keptMs: kept[name],
    freshMs: fresh[name],
    requestsPerSecond: perSecond[name],
  })
  return { direct: wayRound('direct'), gateway: wayRound('gateway') }
}

export async function runGatewayBench(
  options: GatewayBenchOptions,
  nginxPath: string,
  cleanups: Cleanups,
): Promise<GatewayRound[]> {
  const folder = await mkdtemp(join(tmpdir(), 'kiosk-gateway-bench-'))
  cleanups.add(() => rm(folder, { recursive: true, force: true }))
  const pkiFolder = join(folder, 'pki')
  const devices = await makeDevices(pkiFolder, options.devices)
  const provider = await startProvider(cleanups)
  const gateway = await startGateway({
    nginxPath,
    folder: join(folder, 'gateway'),
    pkiFolder,
    provider,
    deviceList: devices.map(({ deviceId }) => `${deviceId} active`).join('\n'),
    limits: NO_LIMITS,
    workers: 2,
  })
  cleanups.add(() => gateway.close())

  const token = `${provider.issuer}/token`
  const direct: Way = { origin: provider.issuer, path: '/token', connect: { ca: provider.ca.caPem } }
  const ways = devices.map(({ cert, key }) => ({
    direct,
    gateway: { origin: gateway.origin, path: gatewayAddress('', token), connect: { ca: gateway.caPem, cert, key } },
  }))
  const rounds: GatewayRound[] = []
  for (let round = 0; round < options.rounds; round += 1) rounds.push(await measureRound(ways, options))
  return rounds
}
