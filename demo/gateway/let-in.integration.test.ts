/** Tests whom the gateway lets in: with real nginx, real certificates, and the provider's own log of what reached it. */
import 'reflect-metadata'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { ExtendedKeyUsage, ExtendedKeyUsageExtension, type JsonName, X509CertificateGenerator } from '@peculiar/x509'
import * as openid from 'openid-client'
import { Agent, fetch as fetchBy } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  ATTESTATION_PATH,
  attestationSchema,
  GATEWAY_HEADER,
  gatewayAddress,
  type UNKNOWN_DEVICE_REASONS,
} from '../../contract/attestation.ts'
import { generateKeys, privateKeyPem, readAuthority } from '../../fleet/pki/certificates.ts'
import { createPki, issueCertificate, signList } from '../../fleet/pki/device-certificates.ts'
import { KIOSK_SCOPE } from '../identity-provider/provider-client.ts'
import { ask, type Credentials } from './device-client.ts'
import { findNginx } from './find-nginx.ts'
import { credentialsOf, type GatewayStage, setGatewayStage, startDemoProvider } from './gateway-stage.fixture.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const ACTIVE = ['DR-0042', 'DR-0044', 'DR-0045', 'DR-0046', 'DR-0048']
const DEVICES = [...ACTIVE.map((id) => `${id} active`), 'DR-0043 suspended # lost its lobby'].join('\n')
const DEVICE_CODE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'

const nginxPath = findNginx()

describe.skipIf(nginxPath === null)('the gateway', () => {
  let stage: GatewayStage
  let good: Credentials
  const bad: Record<string, Credentials> = {}

  /** Signed by the fleet's own authority, with what `fleetctl pki` would never write. */
  async function forge(subject: JsonName, usage = ExtendedKeyUsage.clientAuth): Promise<Credentials> {
    const read = (name: string) => readFile(join(stage.pkiFolder, name), 'utf8')
    const { certificate, signingKey } = await readAuthority(await read('fleet-ca.crt'), await read('fleet-ca.key'))
    const keys = await generateKeys()
    const forged = await X509CertificateGenerator.create({
      subject,
      issuer: certificate.subjectName,
      notBefore: new Date(Date.now() - DAY_MS),
      notAfter: new Date(Date.now() + DAY_MS),
      // Node's types and the DOM's describe the same keys a little otherwise.
      publicKey: keys.publicKey as CryptoKey,
      signingKey: signingKey as CryptoKey,
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
      extensions: [new ExtendedKeyUsageExtension([usage])],
    })
    return { cert: forged.toString('pem'), key: await privateKeyPem(keys.privateKey) }
  }

  beforeAll(async () => {
    stage = await setGatewayStage(startDemoProvider, { nginxPath: nginxPath ?? '', deviceList: DEVICES })
    const foreignFolder = join(stage.pkiFolder, 'foreign')
    await createPki({ folder: foreignFolder, name: 'Contoso kiosks', now: new Date(), days: 30 })
    const issueForeign = { folder: foreignFolder, deviceId: 'DR-0042', now: new Date(), days: 10 }
    const keys = await generateKeys()
    const selfSigned = await X509CertificateGenerator.createSelfSigned({
      name: 'CN=DR-0042',
      keys: keys as CryptoKeyPair,
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    })
    good = await stage.issue('DR-0042')
    bad['no certificate'] = null
    bad['one of a device that is not listed'] = await stage.issue('DR-9999')
    bad['one of a suspended device'] = await stage.issue('DR-0043')
    bad['an expired one'] = await stage.issue('DR-0045', new Date(Date.now() - 400 * DAY_MS), 30)
    bad['one that is not valid yet'] = await stage.issue('DR-0046', new Date(Date.now() + DAY_MS))
    bad['one of a foreign authority by the same name'] = credentialsOf(await issueCertificate(issueForeign))
    bad['one that the device signed itself'] = {
      cert: selfSigned.toString('pem'),
      key: await privateKeyPem(keys.privateKey),
    }
    bad['a revoked one'] = await stage.issue('DR-0044')
    await stage.revoke('DR-0044')
    bad['one for servers'] = await forge([{ CN: ['DR-0048'] }], ExtendedKeyUsage.serverAuth)
    bad['a subject with more in it'] = await forge([{ O: ['Contoso'] }, { CN: ['DR-0042'] }])
    bad['a device’s name within another value'] = await forge([{ O: ['x,CN=DR-0042'] }])
    bad['a device’s name after another'] = await forge([{ CN: ['x,CN=DR-0042'] }])
    bad['two names at once'] = await forge([{ CN: ['DR-0042'], OU: ['x'] }])
    bad['a line after the name'] = await forge([{ CN: ['DR-0042\n'] }])
    bad['a NUL after the name'] = await forge([{ CN: ['DR-0042\0'] }])
    bad['a name that looks the same'] = await forge([{ CN: ['DR-ОО42'] }])
    bad['a name with quotes for the answer'] = await forge([{ CN: ['DR","state":"active'] }])
    bad['a name in another case'] = await forge([{ CN: ['dr-0042'] }])
    bad['no name at all'] = await forge([{ O: ['Contoso'] }])
    await stage.gateway.reload()
  })
  afterAll(() => stage?.close())

  it.each<[string, (typeof UNKNOWN_DEVICE_REASONS)[number] | 'device-suspended']>([
    ['no certificate', 'certificate-missing'],
    ['one of a device that is not listed', 'device-not-listed'],
    ['one of a suspended device', 'device-suspended'],
    ['an expired one', 'certificate-expired'],
    ['one that is not valid yet', 'certificate-not-yet-valid'],
    ['a revoked one', 'certificate-revoked'],
    ['one of a foreign authority by the same name', 'certificate-foreign'],
    ['one that the device signed itself', 'certificate-foreign'],
    ['one for servers', 'certificate-unfit'],
    ['a subject with more in it', 'certificate-without-device-id'],
    ['a device’s name within another value', 'certificate-without-device-id'],
    ['a device’s name after another', 'certificate-without-device-id'],
    ['two names at once', 'certificate-without-device-id'],
    ['a line after the name', 'certificate-without-device-id'],
    ['a NUL after the name', 'certificate-without-device-id'],
    ['a name that looks the same', 'certificate-without-device-id'],
    ['a name with quotes for the answer', 'certificate-without-device-id'],
    ['a name in another case', 'device-not-listed'],
    ['no name at all', 'certificate-without-device-id'],
  ])('lets %s no further than itself: %s', async (which, reason) => {
    const credentials = bad[which]
    if (credentials === undefined) throw new Error(`there is no such certificate: ${which}`)
    const form = { client_id: stage.provider.clientId, scope: KIOSK_SCOPE }
    const answers = [
      await ask(stage.gateway, credentials, ATTESTATION_PATH),
      await ask(stage.gateway, credentials, stage.at('/.well-known/openid-configuration')),
      await ask(stage.gateway, credentials, stage.at('/jwks')),
      await ask(stage.gateway, credentials, stage.at('/device/auth'), { form }),
      await ask(stage.gateway, credentials, stage.at('/token'), { form }),
      await ask(stage.gateway, credentials, stage.at('/token/revocation'), { form }),
    ]
    for (const { status, headers, text } of answers) {
      expect(status).toBe(403)
      expect(headers[GATEWAY_HEADER]).toBe(reason)
      expect(attestationSchema.parse(JSON.parse(text))).toEqual(
        reason === 'device-suspended'
          ? { state: 'suspended', deviceId: 'DR-0043', reason }
          : { state: 'unknown', reason },
      )
    }
    expect(stage.provider.journal.requests).toEqual([])
  })

  it('names in its log nobody whose certificate it did not verify', async () => {
    await expect
      .poll(async () => {
        const lines = await stage.gateway.accessLog()
        return new Set(lines.filter(({ deviceId }) => deviceId !== '').map(({ deviceId }) => deviceId))
      })
      .toEqual(new Set(['DR-9999', 'DR-0043', 'dr-0042']))
  })

  it('lets a good one get a code, poll, refresh and revoke, with the real issuer in every token', async () => {
    expect(await ask(stage.gateway, good, ATTESTATION_PATH)).toMatchObject({
      status: 200,
      text: JSON.stringify({ state: 'active', deviceId: 'DR-0042' }),
    })
    const dispatcher = new Agent({ connect: { ca: stage.gateway.caPem, ...good } })
    const byGateway: openid.CustomFetch = async (url, options) => {
      const request = { ...options, dispatcher } as Parameters<typeof fetchBy>[1]
      return (await fetchBy(gatewayAddress(stage.gateway.origin, url), request)) as unknown as Response
    }
    try {
      const { issuer, clientId } = stage.provider
      const options = { [openid.customFetch]: byGateway }
      const config = await openid.discovery(new URL(issuer), clientId, undefined, openid.None(), options)
      const code = await openid.initiateDeviceAuthorization(config, { scope: KIOSK_SCOPE })
      await stage.provider.approve(code.user_code)
      const tokens = await openid.pollDeviceAuthorizationGrant(config, code)
      expect(tokens.claims()?.iss).toBe(issuer)
      const fresh = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '')
      await openid.tokenRevocation(config, fresh.refresh_token ?? '')
      await expect(openid.refreshTokenGrant(config, fresh.refresh_token ?? '')).rejects.toMatchObject({
        error: 'invalid_grant',
      })
    } finally {
      await dispatcher.destroy()
    }
    const grants = stage.provider.journal.requests.map(({ path, grantType }) => grantType ?? path)
    expect(grants).toEqual(
      expect.arrayContaining(['/device/auth', DEVICE_CODE_GRANT, 'refresh_token', '/token/revocation']),
    )
  })

  it('writes no token, code, header, address or body into its logs', async () => {
    const headers = { Authorization: 'Bearer canary-header', Cookie: 'canary-cookie' }
    await ask(stage.gateway, good, `${stage.at('/token')}?refresh_token=canary-query`, { form: { a: 'canary-body' } })
    await ask(stage.gateway, good, '/canary-path', { headers })
    await ask(stage.gateway, good, stage.at('/jwks'), { headers })
    const logs = await stage.gateway.allLogs()
    expect(logs).toContain('"endpoint":"key-set"')
    expect(logs).not.toContain('canary')
    const secrets = stage.provider.journal.secrets()
    expect(secrets.length).toBeGreaterThan(3)
    for (const secret of secrets) expect(logs).not.toContain(secret)
  })

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'judges each connection anew: no session of %s is resumed',
    async (version) => {
      const options = { host: 'localhost', port: stage.gateway.port, ca: stage.gateway.caPem, ...good }
      async function connectWith(session: Buffer | undefined) {
        const socket = connect({ ...options, minVersion: version, maxVersion: version, ...(session && { session }) })
        await once(socket, 'secureConnect')
        const isReused = socket.isSessionReused()
        let last = socket.getSession()
        socket.on('session', (fresh) => {
          last = fresh
        })
        // A session of TLS 1.3 comes, if at all, no later than an answer.
        socket.write(`GET ${ATTESTATION_PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`)
        await once(socket.resume(), 'close')
        return { session: last, isReused }
      }
      const { session } = await connectWith(undefined)
      expect((await connectWith(session)).isReused).toBe(false)
    },
  )

  it('suspends a device that holds a connection open, and lets it in again', async () => {
    const dispatcher = new Agent({ connect: { ca: stage.gateway.caPem, ...good } })
    const attest = async () =>
      attestationSchema.parse(
        await (await fetchBy(`${stage.gateway.origin}${ATTESTATION_PATH}`, { dispatcher })).json(),
      ).state
    try {
      expect(await attest()).toBe('active')
      await stage.gateway.reload('DR-0042 suspended')
      expect(await attest()).toBe('suspended')
      await stage.gateway.reload(DEVICES)
      expect(await attest()).toBe('active')
    } finally {
      await dispatcher.destroy()
    }
  })

  it('lets nobody in once its revocation list is too old, and says that this is its own fault', async () => {
    const before = stage.provider.journal.requests.length
    const listFile = join(stage.pkiFolder, 'fleet-ca.crl')
    const current = await readFile(listFile, 'utf8')
    await signList({ folder: stage.pkiFolder, now: new Date(Date.now() - 60 * DAY_MS) })
    await expect(stage.gateway.reload()).rejects.toThrow(/revocation list of "CN=Contoso kiosks" expired/)
    await stage.gateway.reread()
    const answer = await ask(stage.gateway, good, stage.at('/jwks'))
    expect(answer).toMatchObject({ status: 503, text: '{"state":"unknown","reason":"revocation-list-stale"}' })
    expect(stage.provider.journal.requests).toHaveLength(before)
    await writeFile(listFile, current)
    await stage.gateway.reload()
    expect((await ask(stage.gateway, good, ATTESTATION_PATH)).status).toBe(200)
  })
})
