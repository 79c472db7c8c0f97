/** Runs `kioskctl preflight` with a bundle alone against a provider that will serve kiosks, and against some that will not. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createCleanups } from '../../demo/cleanups.ts'
import { type Fault, type HostileProvider, startHostileProvider } from '../../demo/hostile-provider/hostile-provider.ts'
import { type DemoBundle, writeDemoBundle } from '../../demo/work-folders.ts'

const KIOSKCTL = join(import.meta.dirname, '..', '..', 'dist', 'helper', 'kioskctl.mjs')

const reportSchema = z.object({
  ok: z.boolean(),
  checks: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['ok', 'warning', 'failed', 'skipped']),
      found: z.string().nullable(),
      code: z.string().nullable(),
      remedy: z.string().nullable(),
    }),
  ),
  questions: z.array(z.object({ question: z.string(), steps: z.array(z.string()) })),
})

let provider: HostileProvider
let folder: string
const cleanups = createCleanups()

beforeAll(async () => {
  provider = await startHostileProvider()
  cleanups.add(() => provider.close())
  folder = await mkdtemp(join(tmpdir(), 'kiosk-preflight-'))
  cleanups.add(() => rm(folder, { recursive: true }))
})
afterEach(() => provider.play(null))
afterAll(() => cleanups.run())

async function writeBundle(settings: Partial<DemoBundle> = {}): Promise<void> {
  const { issuer, clientId, ca } = provider
  await writeDemoBundle(folder, { issuer, clientId, caPem: ca.caPem, entraLike: false, ...settings })
}

const run = (...args: string[]) => runWith({}, ...args)

function runWith(env: Record<string, string>, ...args: string[]) {
  return new Promise<{ exitCode: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [KIOSKCTL, 'preflight', ...args], { env }, (error, stdout, stderr) => {
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })
}

async function preflight(settings?: Partial<DemoBundle>) {
  await writeBundle(settings)
  const { exitCode, stdout } = await run(folder, '--json')
  return { exitCode, ...reportSchema.parse(JSON.parse(stdout)) }
}

function playAt(endpoint: string, fault: Fault): void {
  provider.play((request) => (request.endpoint === endpoint ? fault : null))
}

const rewrite = (change: object): Fault => ({ kind: 'rewrite', change: (body) => ({ ...body, ...change }) })

describe('a preflight', () => {
  it('passes where the provider will serve, with one code that nobody approves', async () => {
    const report = await preflight()
    expect(report.checks.filter(({ state }) => state === 'failed' || state === 'warning')).toEqual([])
    expect(report).toMatchObject({ ok: true, exitCode: 0 })
    const asked = provider.requests.filter(({ method }) => method === 'POST')
    expect(asked.map(({ endpoint }) => endpoint)).toEqual(['device', 'token'])
  })

  it('says in JSON as well what is wrong with a device’s files, and on a kiosk that it will not go past the gateway', async () => {
    await writeBundle({ attestation: { gatewayUrl: 'https://127.0.0.1:9' } })
    const before = provider.requests.length
    const faulty = await run(folder, '--device-dir', folder, '--json')
    expect(faulty.exitCode).toBe(1)
    expect(reportSchema.parse(JSON.parse(faulty.stdout))).toMatchObject({
      ok: false,
      checks: [{ name: 'certificate', state: 'failed', code: 'device-certificate-missing' }],
    })
    const onKiosk = await runWith({ KIOSK_DEVICE_DIR: folder }, folder, '--json')
    expect(JSON.parse(onKiosk.stdout)).toMatchObject({ ok: false, checks: [{ code: 'command-not-allowed' }] })
    expect(provider.requests).toHaveLength(before)
    const directly = await runWith({ KIOSK_DEVICE_DIR: folder }, folder, '--directly', '--json')
    expect(JSON.parse(directly.stdout)).toMatchObject({ ok: true })
  })

  it('lists for people what no request can find out', async () => {
    await writeBundle({ entraLike: true })
    const { stdout, exitCode } = await run(folder)
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^ok {6}device-code/m)
    expect(stdout).toContain('? Does a Conditional Access policy block the device code flow?')
  })

  it.for<[what: string, fault: () => void, named: string, words: string, settings?: Partial<DemoBundle>]>([
    [
      'a client id that nobody knows',
      () => {},
      'device-code',
      'does not know identity.clientId',
      { clientId: 'nobody' },
    ],
    [
      'a client that may not ask',
      () => playAt('device', { kind: 'oauthError', error: 'unauthorized_client' }),
      'device-code',
      'A public client',
    ],
    [
      'an Entra app without public client flows',
      () => playAt('device', { kind: 'oauthError', error: 'invalid_client', extra: { error_codes: [7000218] } }),
      'device-code',
      'Allow public client flows',
      { entraLike: true },
    ],
    [
      'an Entra app that may ask for codes and may not redeem them',
      () => playAt('token', { kind: 'oauthError', error: 'invalid_client', extra: { error_codes: [7000218] } }),
      'device-code',
      'Allow public client flows',
      { entraLike: true },
    ],
    [
      'a tenant that does not exist',
      () => playAt('discovery', { kind: 'oauthError', error: 'invalid_tenant', extra: { error_codes: [90002] } }),
      'discovery',
      'AADSTS90002 The tenant is missing or does not exist',
    ],
    [
      'another issuer',
      () => playAt('discovery', rewrite({ issuer: 'https://login.example.com' })),
      'discovery',
      'set identity.issuer to "https://login.example.com"',
    ],
    [
      'a scope that is not granted',
      () => playAt('device', { kind: 'oauthError', error: 'invalid_scope' }),
      'scopes',
      'identity.scopes',
    ],
    [
      'a provider without the grant',
      () => playAt('discovery', rewrite({ device_authorization_endpoint: undefined })),
      'device-grant',
      'device_authorization_endpoint',
    ],
    [
      'an endpoint without TLS',
      () => playAt('discovery', rewrite({ end_session_endpoint: 'http://login.example.com/out' })),
      'metadata',
      'https',
    ],
    ['a broken bundle', () => {}, 'config', 'network.proxy', { network: { proxy: 'ftp://proxy.example' } }],
  ])('names %s', async ([, fault, named, words, settings]) => {
    fault()
    const { checks, exitCode } = await preflight(settings)
    const failed = checks.filter(({ state }) => state === 'failed')
    expect(failed.map(({ name }) => name)).toEqual([named])
    expect(`${failed[0]?.found} ${failed[0]?.remedy}`).toContain(words)
    expect(exitCode).toBe(1)
  })

  it('wants one folder', async () => {
    expect(await run()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('give the folder of one bundle') })
  })
})
