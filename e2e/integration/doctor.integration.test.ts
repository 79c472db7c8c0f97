/** Plants one fault after another around a kiosk, and looks whether `kioskctl doctor` names each and nothing else. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { CHECK_NAMES } from '../../contract/support.ts'
import { createCleanups } from '../../demo/cleanups.ts'
import type { HelperProcess } from '../../demo/helper-process.ts'
import type { Endpoint, Fault } from '../../demo/hostile-provider/hostile-provider.ts'
import { openForwardProxy } from '../../demo/network/forward-proxy.ts'
import { openInterceptingProxy } from '../../demo/network/intercepting-proxy.ts'
import { createThrowawayAuthority } from '../../demo/network/throwaway-authority.ts'
import { openScreenLink, type ScreenLink } from '../../demo/screen-link.ts'
import type { DemoBundle } from '../../demo/work-folders.ts'
import { type HostileWorld, openHostileWorld } from './helper-world.ts'

const KIOSKCTL = join(import.meta.dirname, '..', '..', 'dist', 'helper', 'kioskctl.mjs')
const FAKETIME = '/usr/bin/faketime'
const DAY_MS = 86_400_000

const reportSchema = z.object({
  ok: z.boolean(),
  checks: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['ok', 'warning', 'failed', 'skipped']),
      found: z.string().nullable(),
      code: z.string().nullable(),
      supportCode: z.string().nullable(),
      remedy: z.string().nullable(),
    }),
  ),
})
type Report = z.infer<typeof reportSchema> & { exitCode: number }

let world: HostileWorld
const cleanups = createCleanups()

beforeAll(async () => {
  world = await openHostileWorld({ session: { start: 'touch' } })
  cleanups.add(() => world.close())
  await writeFile(join(world.folders.state, 'technician.secret'), randomBytes(32).toString('base64url'), {
    mode: 0o600,
  })
})
afterAll(() => cleanups.run())

type DoctorOptions = { runtime?: string; before?: readonly string[]; environment?: Record<string, string> }

function runDoctor(format: readonly string[], { runtime, before = [], environment }: DoctorOptions = {}) {
  const { folders } = world
  const command = [
    ...before,
    process.execPath,
    KIOSKCTL,
    'doctor',
    ...format,
    '--runtime-dir',
    runtime ?? folders.runtime,
  ]
  const [program = '', ...args] = command
  const env = {
    PATH: process.env.PATH,
    KIOSK_BUNDLE_DIR: folders.bundle,
    KIOSK_STATE_DIR: folders.state,
    ...environment,
  }
  return new Promise<{ exitCode: number; stdout: string; stderr: string }>((resolve) => {
    execFile(program, args, { env }, (error, stdout, stderr) => {
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })
}

async function doctor(options?: DoctorOptions): Promise<Report> {
  const { exitCode, stdout, stderr } = await runDoctor(['--json'], options)
  if (stdout === '') throw new Error(`the doctor said nothing: ${stderr}`)
  return { exitCode, ...reportSchema.parse(JSON.parse(stdout)) }
}

const failures = ({ checks }: Report) =>
  checks.filter(({ state }) => state === 'failed').map(({ name, code }) => `${name} ${code}`)
const foundBy = ({ checks }: Report, name: string) => checks.find((check) => check.name === name)?.found

/** Undoes what was planted. */
type Heal = (() => Promise<unknown> | unknown) | undefined
type Plant = () => Promise<Heal> | Heal

function withBundle(settings: Partial<DemoBundle>): Plant {
  return () => world.changeBundle(settings).then(() => () => world.changeBundle({}))
}

function withFault(endpoint: Endpoint | 'any', fault: Fault): Plant {
  return () => {
    world.provider.play((request) => (endpoint === 'any' || request.endpoint === endpoint ? fault : null))
    return () => world.provider.play(null)
  }
}

async function behindProxy(open: () => Promise<{ url: string; close(): Promise<void> }>): Promise<Heal> {
  const proxy = await open()
  await world.changeBundle({ network: { proxy: proxy.url } })
  return () => Promise.all([proxy.close(), world.changeBundle({})])
}

/** A host whose certificate is over, of an authority that the bundle trusts. */
async function plantExpiredCertificate(): Promise<Heal> {
  const { caPem, certify } = await createThrowawayAuthority('Somebody’s authority')
  const validity = { notBefore: new Date(Date.now() - 2 * DAY_MS), notAfter: new Date(Date.now() - DAY_MS) }
  const { certificatePem, keyPem } = await certify(['localhost'], validity)
  const server = createServer({ cert: certificatePem, key: keyPem }, (_request, response) => response.end('{}'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  await world.changeBundle({ issuer: `https://localhost:${address.port}`, caPem })
  return async () => {
    server.closeAllConnections()
    server.close()
    await world.changeBundle({})
  }
}

/** On an address where no other test listens. */
async function freePortUrl(): Promise<string> {
  const proxy = await openForwardProxy({ host: '127.0.0.4' })
  await proxy.close()
  return proxy.url
}

const withoutDeviceEndpoint = (body: Record<string, unknown>) => {
  const { device_authorization_endpoint: _, ...rest } = body
  return rest
}

describe('a doctor beside a helper that is down', () => {
  it('says so, looks at everything else from outside, and finds nothing', async () => {
    const report = await doctor()
    expect(failures(report)).toEqual(['helper link-key-missing'])
    expect(report.exitCode).toBe(1)
    const states = Object.fromEntries(report.checks.map(({ name, state }) => [name, state]))
    expect(states).toMatchObject({
      ...{ config: 'ok', technician: 'ok', supervision: 'skipped', painted: 'skipped', certificate: 'skipped' },
      ...{ dns: 'ok', proxy: 'skipped', connect: 'ok', clock: 'ok', interception: 'ok', discovery: 'ok' },
      ...{ 'key-set': 'ok', endpoints: 'ok', 'device-code': 'ok' },
    })
  })

  it.for<[fault: string, named: string, plant: Plant, found?: string]>([
    ['an unknown name', 'dns name-not-resolved', withBundle({ issuer: 'https://kiosk-issuer.invalid' })],
    [
      'a refused port',
      'connect connection-refused',
      async () => {
        await world.provider.setListening(false)
        return () => world.provider.setListening(true)
      },
    ],
    [
      'an intercepting proxy',
      'interception tls-intercepted',
      () => behindProxy(() => openInterceptingProxy({ hostCaPem: world.provider.ca.caPem })),
      'Company TLS inspection',
    ],
    [
      'a proxy that refuses',
      'proxy proxy-refused',
      () => behindProxy(() => openForwardProxy({ answer: { status: 407 } })),
    ],
    [
      'a proxy that is away',
      'proxy proxy-unreachable',
      async () => withBundle({ network: { proxy: await freePortUrl() } })(),
    ],
    [
      'an expired certificate',
      'interception provider-certificate-expired',
      plantExpiredCertificate,
      'Somebody’s authority',
    ],
    ['a captive portal', 'discovery captive-portal', withFault('any', { kind: 'captivePortal' })],
    [
      'a document of another issuer',
      'discovery provider-answer-invalid',
      withFault('discovery', { kind: 'rewrite', change: (body) => ({ ...body, issuer: 'https://other.example' }) }),
      'https://other.example',
    ],
    ['a broken key set', 'key-set provider-answer-invalid', withFault('jwks', { kind: 'brokenJson' })],
    [
      'a faulty token endpoint',
      'endpoints provider-unavailable',
      withFault('token', { kind: 'status', status: 503 }),
      'token',
    ],
    ['a wrong client id', 'device-code provider-refused-client', withBundle({ clientId: 'nobody' })],
    [
      'a device grant that is off for the client',
      'device-code provider-refused-client',
      withFault('device', { kind: 'oauthError', error: 'unauthorized_client' }),
      'unauthorized_client',
    ],
    [
      'a device grant that is off for all',
      'device-code provider-refused-client',
      withFault('discovery', { kind: 'rewrite', change: withoutDeviceEndpoint }),
      'device_authorization_endpoint',
    ],
    [
      'a broken bundle',
      'config bundle-invalid',
      withBundle({ network: { proxy: 'ftp://proxy.example' } }),
      'network.proxy',
    ],
    ['no keychain', 'device-key device-key-unusable', withBundle({ vault: { deviceKey: 'keychain' } }), 'D-Bus'],
    [
      'a secret that others may read',
      'technician technician-secret-unusable',
      async () => {
        const path = join(world.folders.state, 'technician.secret')
        await chmod(path, 0o644)
        return () => chmod(path, 0o600)
      },
    ],
  ])('names %s', async ([, named, plant, found]) => {
    const heal = await plant()
    try {
      const report = await doctor()
      expect(failures(report).filter((failure) => !failure.startsWith('helper '))).toEqual([named])
      const [name = ''] = named.split(' ')
      expect(foundBy(report, name)).toContain(found ?? '')
      expect(report.checks.find((check) => check.name === name)).toMatchObject({
        supportCode: expect.stringMatching(/^[A-Z]+-\d{3}$/),
        remedy: expect.any(String),
      })
    } finally {
      await heal?.()
    }
  })

  it.skipIf(process.platform !== 'linux')('names a vault on a disk', async () => {
    const runtime = await mkdtemp(join(tmpdir(), 'kiosk-disk-'))
    try {
      await mkdir(join(runtime, 'vault'), { mode: 0o700 })
      expect(failures(await doctor({ runtime }))).toEqual(['helper link-key-missing', 'vault vault-not-tmpfs'])
    } finally {
      await rm(runtime, { recursive: true })
    }
  })

  it.skipIf(!existsSync(FAKETIME)).for(['-400d', '+400d'])('names a clock that is %s off', async (offset) => {
    const report = await doctor({ before: [FAKETIME, '-f', offset] })
    expect(failures(report)).toEqual(['helper link-key-missing', 'clock clock-wrong'])
    expect(foundBy(report, 'clock')).toMatch(/^400 days/)
  })
})

describe('a doctor beside a running helper', () => {
  let helper: HelperProcess
  let screen: ScreenLink
  beforeAll(async () => {
    helper = await world.startHelper({ pm_id: '0' })
    screen = await openScreenLink(world.folders.runtime)
    await world.watch.until('attract')
  })
  afterEach(() => clearInterval(painting))

  let painting: NodeJS.Timeout | undefined
  const paintAt = (atEpochMs: number) =>
    screen.reportPainted({ sequence: 1, kind: 'attract', generation: null, atEpochMs })
  /** Until the test is over, as a page does: a doctor on a busy machine may take its time. */
  async function keepPainting(): Promise<void> {
    await paintAt(Date.now())
    painting = setInterval(() => void paintAt(Date.now()), 1_000)
  }

  it('names a fault of the network as the helper sees it', async () => {
    await keepPainting()
    await world.provider.setListening(false)
    try {
      expect(failures(await doctor())).toEqual(['connect connection-refused'])
    } finally {
      await world.provider.setListening(true)
    }
  })

  it('finds nothing, and spends no code while one is on the screen', async () => {
    await keepPainting()
    await screen.press({ kind: 'touch' })
    await world.watch.until('awaitingApproval')
    // The helper's own look at that address is an OPTIONS, which means nothing there.
    const codes = () =>
      world.provider.requests.filter(({ endpoint, method }) => endpoint === 'device' && method === 'POST')
    const before = codes().length
    const report = await doctor()
    expect(failures(report)).toEqual([])
    expect(report).toMatchObject({ ok: true, exitCode: 0 })
    expect(foundBy(report, 'device-code')).toContain('a code is on the screen')
    expect(codes()).toHaveLength(before)
  })

  it('prints a table for people, and tells how far it is', async () => {
    await keepPainting()
    const { stdout, stderr, exitCode } = await runDoctor([])
    expect(exitCode).toBe(0)
    expect(stderr.trim().split('\n')).toHaveLength(CHECK_NAMES.length + 1)
    expect(stdout).toMatch(/^ok {6}config +oidc$/m)
    expect(stdout).toMatch(/^0 failed, /m)
  })

  it('names a screen that is not painted', async () => {
    await paintAt(Date.now() - 60_000)
    expect(failures(await doctor())).toEqual(['painted screen-not-painted'])
  })

  it('names a screen that is gone, however lately it was painted', async () => {
    await paintAt(Date.now())
    screen.close()
    // The helper hears of it a moment later.
    await expect.poll(async () => foundBy(await doctor(), 'painted'), { timeout: 20_000 }).toBe('no screen is there')
    screen = await openScreenLink(world.folders.runtime)
  })

  it('names a helper that nobody supervises', async () => {
    screen.close()
    await helper.stop()
    helper = await world.startHelper()
    screen = await openScreenLink(world.folders.runtime)
    await keepPainting()
    expect(failures(await doctor())).toEqual(['supervision helper-unsupervised'])
  })

  it('names a helper that holds its socket and says nothing', async () => {
    helper.child.kill('SIGSTOP')
    try {
      expect(failures(await doctor())).toEqual(['helper link-closed'])
    } finally {
      helper.child.kill('SIGCONT')
      screen.close()
    }
  })
})
