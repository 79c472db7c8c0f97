import { execFileSync } from 'node:child_process'
import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compactVerify, decodeProtectedHeader } from 'jose'
import { afterAll, describe, expect, it } from 'vitest'
import { judgeDeviceFiles } from './judge-certificate.ts'

const folder = mkdtempSync(join(tmpdir(), 'kiosk-device-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const read = (name: string) => readFileSync(join(folder, name), 'utf8')

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
}

type Key = 'P-256' | 'P-384' | 'ed25519' | 'rsa2048' | 'rsa1024'

function makeKey(name: string, kind: Key): void {
  const { privateKey } = {
    'P-256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    'P-384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
    ed25519: () => generateKeyPairSync('ed25519'),
    rsa2048: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
    rsa1024: () => generateKeyPairSync('rsa', { modulusLength: 1024 }),
  }[kind]()
  writeFileSync(join(folder, `${name}.key`), privateKey.export({ type: 'pkcs8', format: 'pem' }))
}

/** @param extensions in the words of openssl */
function certify(
  name: string,
  {
    subject = '/CN=DR-0042',
    extensions = 'extendedKeyUsage=clientAuth',
    uri = 'DR-0042',
    issuer = 'ca',
    key = 'P-256' as Key,
  },
): void {
  makeKey(name, key)
  const names = uri === '' ? '' : `\nsubjectAltName=URI:urn:digital-receptionist:device:${uri}`
  writeFileSync(join(folder, `${name}.ext`), `${extensions}${names}\n`)
  openssl('req', '-new', '-key', `${name}.key`, '-subj', subject, '-out', `${name}.csr`)
  const signing = ['-CA', `${issuer}.crt`, '-CAkey', `${issuer}.key`, '-days', '30', '-extfile', `${name}.ext`]
  openssl('x509', '-req', '-in', `${name}.csr`, ...signing, '-out', `${name}.crt`)
}

function makeAuthority(name: string): void {
  makeKey(name, 'P-256')
  openssl('req', '-x509', '-key', `${name}.key`, '-subj', '/CN=Fleet', '-days', '30', '-out', `${name}.crt`)
}

makeAuthority('ca')
makeAuthority('other')
certify('good', {})

const FLEET = [new X509Certificate(read('ca.crt'))]

function judge(name: string, given: { key?: string; crt?: string; nowEpochMs?: number; hasAuthority?: boolean } = {}) {
  return judgeDeviceFiles({
    certificate: { path: 'device.crt', text: given.crt ?? read(`${name}.crt`) },
    key: { path: 'device.key', text: given.key ?? read(`${name}.key`) },
    authorities: given.hasAuthority === false ? null : FLEET,
    nowEpochMs: given.nowEpochMs ?? Date.now(),
  })
}

function codesOf(judged: ReturnType<typeof judgeDeviceFiles>): string[] {
  return judged.kind === 'faulty' ? judged.faults.map(({ code }) => code) : [judged.kind]
}

describe('a certificate and its key', () => {
  it.each<[string, Parameters<typeof certify>[1], string[]]>([
    ['a good one', {}, ['present']],
    ['one of RSA', { key: 'rsa2048' }, ['present']],
    ['one of Ed25519', { key: 'ed25519' }, ['present']],
    ['one whose company adds to the subject', { subject: '/O=Contoso/OU=Kiosks/CN=DR-0042' }, ['present']],
    ['short RSA', { key: 'rsa1024' }, ['device-certificate-weak']],
    ['another curve', { key: 'P-384' }, ['device-certificate-weak']],
    ['no name', { subject: '/O=Contoso' }, ['device-certificate-without-id']],
    ['a name that is no id', { subject: '/CN=DR 42' }, ['device-certificate-without-id']],
    ['no URI', { uri: '' }, ['device-certificate-without-id']],
    ['another URI', { uri: 'DR-0043' }, ['device-certificate-ids-differ']],
    ['two names', { subject: '/CN=DR-0042/CN=DR-0043' }, ['device-certificate-ids-differ']],
    ['use for servers', { extensions: 'extendedKeyUsage=serverAuth' }, ['device-certificate-not-client']],
    ['no use', { extensions: 'keyUsage=digitalSignature' }, ['device-certificate-not-client']],
    ['another authority by the same name', { issuer: 'other' }, ['device-certificate-foreign']],
    [
      'all faults at once',
      { issuer: 'other', uri: '', extensions: 'keyUsage=digitalSignature', key: 'rsa1024' },
      [
        'device-certificate-without-id',
        'device-certificate-not-client',
        'device-certificate-weak',
        'device-certificate-foreign',
      ],
    ],
  ])('are judged: %s', (what, settings, codes) => {
    const name = what.replace(/\W/g, '-')
    certify(name, settings)
    expect(codesOf(judge(name))).toEqual(codes)
  })

  it.each([
    ['before its time', -1, ['device-certificate-too-early']],
    ['within it', 15, ['present']],
    ['after it', 31, ['device-certificate-expired']],
  ])('are judged by the clock: %s', (_what, days, codes) => {
    expect(codesOf(judge('good', { nowEpochMs: Date.now() + days * 86_400_000 }))).toEqual(codes)
  })

  it('may lead to the fleet’s authority by one that stands below in the file', () => {
    makeKey('between', 'P-256')
    writeFileSync(join(folder, 'between.ext'), 'basicConstraints=critical,CA:TRUE\n')
    openssl('req', '-new', '-key', 'between.key', '-subj', '/CN=Site', '-out', 'between.csr')
    const signing = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-days', '30', '-extfile', 'between.ext']
    openssl('x509', '-req', '-in', 'between.csr', ...signing, '-out', 'between.crt')
    certify('below', { issuer: 'between' })
    expect(codesOf(judge('below'))).toEqual(['device-certificate-foreign'])
    expect(codesOf(judge('below', { crt: `${read('below.crt')}${read('between.crt')}` }))).toEqual(['present'])
  })

  it('are not judged for whom they lead to where no authority is installed', () => {
    certify('stranger', { issuer: 'other' })
    expect(codesOf(judge('stranger', { hasAuthority: false }))).toEqual(['present'])
  })

  it.each<[string, { key?: string; crt?: string }, string]>([
    ['another’s key', { key: read('ca.key') }, 'device-certificate-key-mismatch'],
    ['no key', { key: 'nothing' }, 'device-certificate-key-malformed'],
    ['half a key', { key: read('good.key').slice(0, 80) }, 'device-certificate-key-malformed'],
    ['no certificate', { crt: '' }, 'device-certificate-malformed'],
    ['half a certificate', { crt: read('good.crt').slice(0, 300) }, 'device-certificate-malformed'],
    [
      'a certificate in DER',
      { crt: new X509Certificate(read('good.crt')).raw.toString('latin1') },
      'device-certificate-malformed',
    ],
  ])('are refused with %s', (_what, given, code) => {
    expect(codesOf(judge('good', given))).toEqual([code])
  })

  it.each([
    ['PKCS#8', ['pkcs8', '-topk8', '-in', 'good.key', '-passout', 'pass:x', '-out', 'locked.key']],
    ['an older form', ['ec', '-in', 'good.key', '-aes256', '-passout', 'pass:x', '-out', 'locked.key']],
  ])('are refused with a key behind a passphrase: %s', (_what, command) => {
    openssl(...command)
    expect(codesOf(judge('good', { key: read('locked.key') }))).toEqual(['device-certificate-key-encrypted'])
  })

  it.each<[Key, string]>([
    ['P-256', 'ES256'],
    ['ed25519', 'EdDSA'],
    ['rsa2048', 'PS256'],
  ])('sign so that whoever has the fleet’s authority can check it: %s', async (key, alg) => {
    certify(`signer-${key}`, { key })
    const judged = judge(`signer-${key}`)
    if (judged.kind !== 'present') throw new Error('the pair is good')
    const jws = await judged.identity.signJws('receipt+jws', { jti: 'x' })
    const { typ, x5c, ...header } = decodeProtectedHeader(jws)
    expect({ typ, alg: header.alg }).toEqual({ typ: 'receipt+jws', alg })
    const leaf = new X509Certificate(Buffer.from(x5c?.[0] ?? '', 'base64'))
    expect(leaf.verify(createPublicKey(read('ca.crt')))).toBe(true)
    const { payload } = await compactVerify(jws, leaf.publicKey)
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual({ jti: 'x' })
    expect(judged.identity.fingerprint).toMatch(/^[0-9a-f]{64}$/)
    expect(JSON.stringify(judged.identity)).not.toContain('PRIVATE')
  })
})
