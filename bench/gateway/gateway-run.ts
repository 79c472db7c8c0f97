/** Polls a provider directly and through a real gateway in turns. Never lets one of them wait while the other is measured. */
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

async function withClient<Result>(
  { origin, connect }: Way,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client(origin, { connect })
  try {
    return await work(client)
  } finally {
    await client.close()
  }
}

/** Each device polls as fast as it is answered. */
async function measureThroughput(ways: readonly Way[], seconds: number): Promise<number> {
  const clients = ways.map(({ origin, connect, path }) => ({ client: new Client(origin, { connect }), path }))
  try {
    await Promise.all(clients.map(({ client, path }) => poll(client, path)))
    const startedAtMs = performance.now()
    let polls = 0
    await Promise.all(
      clients.map(async ({ client, path }) => {
        while (performance.now() - startedAtMs < seconds * 1000) {
          await poll(client, path)
          polls += 1
        }
      }),
    )
    return (polls * 1000) / (performance.now() - startedAtMs)
  } finally {
    await Promise.all(clients.map(({ client }) => client.close()))
  }
}

async function measureWay(ways: readonly Way[], options: GatewayBenchOptions): Promise<WayRound> {
  const [way] = ways
  if (!way) throw new Error('there is no device')
  const keptMs: number[] = []
  await withClient(way, async (client) => {
    for (let turn = 0; turn < WARM_UP_POLLS; turn += 1) await poll(client, way.path)
    for (let turn = 0; turn < options.keptPolls; turn += 1) keptMs.push(await timed(() => poll(client, way.path)))
  })
  const freshMs: number[] = []
  for (let turn = 0; turn < options.freshPolls; turn += 1) {
    freshMs.push(await timed(() => withClient(way, (client) => poll(client, way.path))))
  }
  return { keptMs, freshMs, requestsPerSecond: await measureThroughput(ways, options.throughputSeconds) }
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
  const direct: Way[] = devices.map(() => ({
    origin: provider.issuer,
    path: '/token',
    connect: { ca: provider.ca.caPem },
  }))
  const throughGateway: Way[] = devices.map(({ cert, key }) => ({
    origin: gateway.origin,
    path: gatewayAddress('', token),
    connect: { ca: gateway.caPem, cert, key },
  }))
  const rounds: GatewayRound[] = []
  for (let round = 0; round < options.rounds; round += 1) {
    rounds.push({ direct: await measureWay(direct, options), gateway: await measureWay(throughGateway, options) })
  }
  return rounds
}
