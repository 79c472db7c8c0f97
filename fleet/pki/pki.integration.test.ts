/** Tests `fleetctl pki` and what `fleetctl gateway` refuses, with real files, and certificates by OpenSSL's own judgement. */
import { spawnSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CompactSign, compactVerify, importJWK } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runGateway } from '../gateway/gateway-command.ts'
import { SETTINGS } from '../gateway/settings.fixture.ts'
import { Refusal } from '../refusal.ts'
import { UsageError } from '../usage-error.ts'
import { runPki } from './pki-command.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

describe('fleetctl pki', () => {
  let folder: string
  let pki: string
  let out: string
  let count = 0
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kiosk-pki-'))
    pki = join(folder, 'pki')
    expect(await run('pki', 'create', '--folder', pki, '--name', 'Contoso kiosks')).toMatchObject({
      status: 0,
      stderr: '',
    })
  })
  beforeEach(() => {
    count += 1
    out = join(folder, String(count))
    mkdirSync(out)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  /** As the program does, without a process for each. */
  async function run(group: string, ...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
    try {
      const stdout = await (group === 'pki' ? runPki(args) : runGateway(args))
      return { status: 0, stdout, stderr: '' }
    } catch (error) {
      if (error instanceof Refusal) return { status: 1, stdout: '', stderr: error.message }
      if (error instanceof UsageError) return { status: 2, stdout: '', stderr: error.message }
      throw error
    }
  }
  const issue = (device: string, ...more: string[]) =>
    run('pki', 'issue', '--folder', pki, '--device', device, '--out', out, ...more)
  const modeOf = (path: string) => statSync(path).mode & 0o777
  const readDevice = () => new X509Certificate(readFileSync(join(out, 'device.crt')))

  function openssl(...args: string[]): string {
    const { stdout, stderr } = spawnSync('openssl', args, { encoding: 'utf8' })
    return stdout + stderr
  }
  const judge = () =>
    openssl(
      ...['verify', '-x509_strict', '-purpose', 'sslclient', '-crl_check'],
      ...['-CRLfile', join(pki, 'fleet-ca.crl'), '-CAfile', join(pki, 'fleet-ca.crt'), join(out, 'device.crt')],
    )

  it('keeps its keys for its owner alone', async () => {
    expect(await issue('DR-0001')).toMatchObject({ status: 0 })
    expect([modeOf(pki), modeOf(join(pki, 'fleet-ca.key')), modeOf(join(out, 'device.key'))]).toEqual([
      0o700, 0o600, 0o600,
    ])
  })

  it('writes the device’s id as common name and URI name, for TLS clients only', async () => {
    await issue('DR-0002')
    const certificate = readDevice()
    expect(certificate.subject).toBe('CN=DR-0002')
    expect(certificate.subjectAltName).toBe('URI:urn:digital-receptionist:device:DR-0002')
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
    expect(certificate.ca).toBe(false)
  })

  it.skipIf(!hasOpenssl)('issues what OpenSSL accepts, and revokes what it then refuses', async () => {
    await issue('DR-0003')
    expect(judge()).toContain('OK')
    expect(await run('pki', 'revoke', '--folder', pki, '--device', 'DR-0003')).toMatchObject({ status: 0 })
    expect(judge()).toContain('certificate revoked')
    expect((await run('pki', 'list', '--folder', pki)).stdout).toMatch(
      /^DR-0003 01[0-9a-f]{30} revoked .* unspecified$/m,
    )
  })

  it('renews with a new key, and leaves the certificate before good', async () => {
    await issue('DR-0004')
    const first = readDevice()
    expect((await issue('DR-0004')).status).toBe(1)
    out = join(out, 'renewed')
    mkdirSync(out)
    expect((await run('pki', 'renew', '--folder', pki, '--device', 'DR-0004', '--out', out)).status).toBe(0)
    expect(readDevice().publicKey.equals(first.publicKey)).toBe(false)
    const lines = (await run('pki', 'list', '--folder', pki)).stdout.match(/^DR-0004 .* good until .*$/gm)
    expect(lines).toHaveLength(2)
    const revoked = await run(
      'pki',
      'revoke',
      '--folder',
      pki,
      '--serial',
      first.serialNumber,
      '--reason',
      'superseded',
    )
    expect(revoked.stdout).toContain(first.serialNumber.toLowerCase())
    expect((await run('pki', 'list', '--folder', pki)).stdout.match(/^DR-0004 .* good until .*$/gm)).toHaveLength(1)
  })

  it.skipIf(!hasOpenssl)('takes nothing but the key from a device’s request', async () => {
    const request = join(out, 'device.csr')
    openssl(
      ...[
        'req',
        '-new',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        join(out, 'own.key'),
      ],
      ...['-subj', '/CN=DR-9999/O=Somebody', '-out', request],
    )
    expect(await issue('DR-0005', '--request', request)).toMatchObject({ status: 0, stderr: '' })
    expect(readDevice().subject).toBe('CN=DR-0005')
    expect(judge()).toContain('OK')
    expect(() => statSync(join(out, 'device.key'))).toThrow(/ENOENT/)
  })

  it('refuses a request by somebody who did not prove to have its key, and what is none', async () => {
    const request = join(out, 'device.csr')
    writeFileSync(request, 'canary')
    const { status, stderr } = await issue('DR-0006', '--request', request)
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringContaining('is no certificate signing request'),
    })
    expect((await run('pki', 'list', '--folder', pki)).stdout).not.toContain('DR-0006')
  })

  it('writes over nothing: no authority, no key, no certificate', async () => {
    const before = readFileSync(join(pki, 'fleet-ca.key'), 'utf8')
    expect(await run('pki', 'create', '--folder', pki, '--name', 'Another')).toMatchObject({ status: 1 })
    expect(readFileSync(join(pki, 'fleet-ca.key'), 'utf8')).toBe(before)
    writeFileSync(join(out, 'device.key'), 'precious')
    expect(await issue('DR-0007')).toMatchObject({ status: 1, stderr: expect.stringContaining('is there already') })
    expect(readFileSync(join(out, 'device.key'), 'utf8')).toBe('precious')
    // Nothing was issued that nobody has.
    expect((await run('pki', 'list', '--folder', pki)).stdout).not.toContain('DR-0007')
  })

  it('does not change a PKI that another command is changing', async () => {
    const lock = join(pki, 'index.lock')
    writeFileSync(lock, '1\n')
    const { status, stderr } = await issue('DR-0008')
    rmSync(lock)
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(`remove ${lock}`) })
  })

  it.each(['EdDSA', 'ES256'])('makes a key that signs by %s, and names it by its thumbprint', async (algorithm) => {
    const args = ['--folder', pki, '--name', 'orders-2027', '--purpose', 'orders', '--out', out]
    const { status, stdout } = await run('pki', 'key', ...args, '--algorithm', algorithm)
    expect(status).toBe(0)
    const privateFile = join(out, 'orders-2027.private.jwk')
    expect(modeOf(privateFile)).toBe(0o600)
    const privateJwk = JSON.parse(readFileSync(privateFile, 'utf8'))
    const publicJwk = JSON.parse(readFileSync(join(out, 'orders-2027.public.jwk'), 'utf8'))
    expect(publicJwk).toMatchObject({ kid: stdout.trim(), alg: algorithm, use: 'sig' })
    expect(publicJwk).not.toHaveProperty('d')
    const signed = await new CompactSign(Buffer.from('order'))
      .setProtectedHeader({ alg: algorithm })
      .sign(await importJWK(privateJwk, algorithm))
    const { payload } = await compactVerify(signed, await importJWK(publicJwk, algorithm))
    expect(Buffer.from(payload).toString()).toBe('order')
    expect(await run('pki', 'key', ...args)).toMatchObject({ status: 1 })
  })

  it.each<[string, string[], number, RegExp]>([
    ['no command', ['pki'], 2, /create, issue, renew/],
    ['an unknown command', ['pki', 'sell'], 2, /no command "pki sell"/],
    [
      'a device id that a DN would read',
      ['pki', 'issue', '--folder', 'PKI', '--device', 'a,O=b', '--out', 'x'],
      2,
      /no device id/,
    ],
    ['a key as a word', ['pki', 'create', 'canary', '--folder', 'PKI', '--name', 'x'], 2, /each once and with a value/],
    ['days beyond reason', ['pki', 'crl', '--folder', 'PKI', '--days', '4000'], 2, /whole number from 1 to 365/],
    ['a PKI that is not there', ['pki', 'list', '--folder', '/missing'], 1, /pki create/],
    ['nothing to revoke', ['pki', 'revoke', '--folder', 'PKI', '--device', 'DR-7777'], 1, /nothing to revoke/],
    [
      'a folder that is not there',
      ['pki', 'issue', '--folder', 'PKI', '--device', 'DR-1', '--out', '/missing'],
      1,
      /make it first/,
    ],
    ['settings that are not there', ['gateway', 'render', '--settings', '/missing', '--out', 'x'], 1, /cannot be read/],
  ])('says what is wrong with %s', async (_what, [group = '', ...args], status, words) => {
    const answer = await run(group, ...args.map((word) => (word === 'PKI' ? pki : word)))
    expect(answer).toEqual({ status, stdout: '', stderr: expect.stringMatching(words) })
    expect(answer.stderr).not.toContain('canary')
  })

  it('does not tell apart two devices that differ in case only', async () => {
    await issue('DR-0010')
    rmSync(join(out, 'device.key'))
    rmSync(join(out, 'device.crt'))
    expect(await issue('dr-0010')).toMatchObject({ status: 1, stderr: expect.stringContaining('upper and lower case') })
  })

  it('renders no gateway from files that would let nobody in, and names every fault', async () => {
    const settingsFile = join(out, 'gateway.json')
    const certificate = join(pki, 'fleet-ca.crt')
    const listFile = join(out, 'devices.txt')
    writeFileSync(listFile, 'DR-0042 active\n')
    const settings = {
      ...SETTINGS,
      server: { ...SETTINGS.server, certificateFile: certificate, keyFile: join(pki, 'fleet-ca.key') },
      devices: { caFile: certificate, crlFile: certificate, listFile },
    }
    writeFileSync(settingsFile, JSON.stringify(settings))
    const { status, stderr } = await run(
      'gateway',
      'render',
      '--settings',
      settingsFile,
      '--out',
      join(out, 'nginx.conf'),
    )
    expect(status).toBe(1)
    expect(stderr).toContain('the server’s certificate is not for kiosk-gateway.contoso.example')
    expect(stderr).toContain('the revocation list of "CN=Contoso kiosks" is missing')
    expect(() => statSync(join(out, 'nginx.conf'))).toThrow(/ENOENT/)
  })
})
