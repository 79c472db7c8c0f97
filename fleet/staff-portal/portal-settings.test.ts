import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { portalSettingsSchema } from './portal-settings.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'portal-settings-'))
  await writeFile(join(folder, 'good.secret'), 'a secret of many characters\n')
  await writeFile(join(folder, 'short.secret'), 'short\n')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const written = (secret = 'good.secret') => {
  const clientSecret = { file: join(folder, secret) }
  return {
    origin: 'https://sign-in.contoso.example',
    port: 8080,
    brand: 'Contoso',
    kioskProvider: {
      issuer: 'https://login.example.com/t',
      devicePage: 'https://login.example.com/device',
      clientId: 'p',
      clientSecret,
    },
    company: { issuer: 'https://id.contoso.example', clientId: 'staff-portal', clientSecret },
  }
}
const read = (settings: object) => portalSettingsSchema.safeParseAsync(settings)

describe('the portal’s settings', () => {
  it('come with the secrets out of their files', async () => {
    const { data } = await read(written())
    expect(data?.company.clientSecret).toBe('a secret of many characters')
    expect(data).toMatchObject({ tls: null, answerLimitSeconds: 20, kioskProvider: { scope: 'device:approve' } })
  })

  it.each(['https://localhost:8443', 'http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]:8080'])(
    'may have the origin %s',
    async (origin) => {
      expect((await read({ ...written(), origin })).success).toBe(true)
    },
  )

  it.each([
    ['in the clear', 'http://sign-in.contoso.example'],
    ['a loopback look-alike', 'http://localhost.evil.example'],
    ['with a path', 'https://sign-in.contoso.example/portal'],
    ['with a slash', 'https://sign-in.contoso.example/'],
    ['with somebody in it', 'https://x@sign-in.contoso.example'],
  ])('refuse an origin %s', async (_what, origin) => {
    const { error } = await read({ ...written(), origin })
    expect(error?.issues).toMatchObject([{ path: ['origin'], message: expect.stringContaining('takes https://HOST') }])
  })

  it('refuse a certificate for an origin in the clear', async () => {
    const secret = written().company.clientSecret
    const { error } = await read({ ...written(), origin: 'http://localhost:8080', tls: { cert: secret, key: secret } })
    expect(error?.issues).toMatchObject([{ path: ['tls'] }])
  })

  it('refuse an address for an origin of the company', async () => {
    const { company, ...rest } = written()
    const { error } = await read({ ...rest, company: { ...company, origins: ['https://sts.contoso.example/adfs'] } })
    expect(error?.issues).toMatchObject([{ path: ['company', 'origins', 0] }])
  })

  it.each([
    ['at another origin', 'https://evil.example/users/{user}/token'],
    ['without a place for the person', 'https://login.example.com/users/token'],
  ])('refuse an address for people’s tokens %s', async (_what, userTokenEndpoint) => {
    const { kioskProvider, ...rest } = written()
    const { error } = await read({ ...rest, kioskProvider: { ...kioskProvider, userTokenEndpoint } })
    expect(error?.issues).toMatchObject([{ path: ['kioskProvider', 'userTokenEndpoint'] }])
  })

  it('refuse a device page at another origin than its provider', async () => {
    const { kioskProvider, ...rest } = written()
    const devicePage = 'https://login.example.com.evil.example/device'
    const { error } = await read({ ...rest, kioskProvider: { ...kioskProvider, devicePage } })
    expect(error?.issues).toMatchObject([{ path: ['kioskProvider', 'devicePage'] }])
  })

  it('refuse a provider in the clear, a short secret and what they do not know', async () => {
    const { company, ...rest } = written('short.secret')
    const { error } = await read({ ...rest, company: { ...company, issuer: 'http://id.contoso.example' }, prompt: 'x' })
    expect(error?.issues.map(({ path }) => path.join('.')).toSorted()).toEqual([
      '',
      'company.clientSecret',
      'company.issuer',
      'kioskProvider.clientSecret',
    ])
  })
})
