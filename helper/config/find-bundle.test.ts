import { chmod, chown, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CompactSign, importJWK, type JWK } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BUNDLE_TYPE } from '../trust/bundle-payload.ts'
import { type BundleStage, makeBundleStage } from '../trust/bundle-stage.fixture.ts'
import { makeSigningKey } from '../trust/sign-bundle.ts'
import { verifyBundle } from '../trust/verify-bundle.ts'
import { heldBundleFiles } from './bundle-files.ts'
import { findBundle } from './find-bundle.ts'
import { keepBundle } from './kept-bundle.ts'

let stage: BundleStage

beforeEach(async () => {
  stage = await makeBundleStage()
})
afterEach(() => stage.remove())

const bundleFile = (name: string) => join(stage.places.bundleFolder, name)
const keysFile = () => join(stage.places.trustFolder, 'bundle-keys.json')
const recordFile = () => join(stage.places.stateFolder, 'bundle-record.json')
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

async function payloadOf(): Promise<object> {
  const [, payload = ''] = (await readFile(bundleFile('bundle.jws'), 'utf8')).split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString())
}

async function signAs(header: { alg: string; typ?: string; kid?: string }, payload: object): Promise<void> {
  const key = await importJWK(stage.key as JWK, 'EdDSA')
  const text = new TextEncoder().encode(JSON.stringify(payload))
  await stage.put('bundle.jws', await new CompactSign(text).setProtectedHeader(header).sign(key))
}

describe('a kiosk without a pinned key', () => {
  it('runs with an unsigned bundle', async () => {
    expect(await stage.find()).toEqual({ runs: 'Contoso', refused: [] })
  })

  it('goes back to the last good one when it starts with a faulty one, and takes the next good one', async () => {
    await stage.put('ca.pem', 'no certificate')
    await stage.find()
    await stage.put('kiosk.json', '{ "version": 1,')
    expect(await stage.find()).toEqual({ runs: 'Contoso', refused: ['bundle-not-json'] })
    await rm(bundleFile('kiosk.json'))
    expect(await stage.find()).toEqual({ runs: 'Contoso', refused: ['bundle-missing'] })
    await stage.write({ brand: { name: 'Fabrikam' } })
    expect(await stage.find()).toEqual({ runs: 'Fabrikam', refused: [] })
  })

  it('keeps the files that a bundle names with it, and no others', async () => {
    await stage.write({ brand: { name: 'Contoso', logo: 'logo.svg' } })
    await stage.put('logo.svg', '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><path d="M0 0h4"/></svg>')
    await stage.put('notes.txt', 'not ours')
    const { runnable } = await stage.found()
    for (const name of ['kiosk.json', 'logo.svg']) await rm(bundleFile(name))
    const again = await stage.found()
    expect(again.runnable?.bundle.display).toEqual(runnable?.bundle.display)
    expect(again.runnable?.bundle.display.brand.logo).not.toBeNull()
    expect(Object.keys(again.runnable?.bundle.fileHashes ?? {})).toEqual(['kiosk.json', 'logo.svg'])
  })

  it('runs without a place to keep it, and says that it was not kept', async () => {
    await rm(stage.places.stateFolder, { recursive: true })
    const { runnable, notKept } = await stage.found()
    expect(runnable?.bundle.config.brand.name).toBe('Contoso')
    expect(notKept?.code).toBe('bundle-state-unusable')
  })

  describe.skipIf(process.platform === 'win32')('whose bundle everybody may change', () => {
    beforeEach(() => stage.find())

    it('refuses it, and does not take it for the last good one', async () => {
      await stage.write({ brand: { name: 'Evil' } })
      await chmod(bundleFile('kiosk.json'), 0o666)
      expect((await stage.found()).refused).toMatchObject([
        { code: 'bundle-writable', where: bundleFile('kiosk.json') },
      ])
      await stage.put('kiosk.json', '{')
      expect(await stage.find()).toEqual({ runs: 'Contoso', refused: ['bundle-not-json'] })
    })

    it('refuses it also where no earlier one can take its place', async () => {
      await rm(stage.places.stateFolder, { recursive: true })
      await chmod(stage.places.bundleFolder, 0o777)
      expect(await stage.find()).toEqual({ runs: null, refused: ['bundle-writable'] })
    })

    it('runs with a developer’s, says so, and does not take it for the last good one', async () => {
      await stage.write({ brand: { name: 'Evil' }, development: true })
      await chmod(bundleFile('kiosk.json'), 0o666)
      expect((await stage.found()).runnable).toMatchObject({ exposures: [{ code: 'bundle-writable' }] })
      await stage.put('kiosk.json', '{')
      expect(await stage.find()).toEqual({ runs: 'Contoso', refused: ['bundle-not-json'] })
    })
  })

  it.runIf(process.getuid?.() === 0)(
    'judges a bundle of the helper’s account as the helper does, also as root',
    async () => {
      for (const path of [stage.places.stateFolder, stage.places.bundleFolder]) await chown(path, 61_001, 61_001)
      expect((await findBundle(stage.places, { keeps: false })).refused).toEqual([])
      await chown(stage.places.bundleFolder, 61_002, 61_002)
      expect((await findBundle(stage.places, { keeps: false })).refused).toMatchObject([{ code: 'bundle-writable' }])
    },
  )
})

describe('a kiosk with a pinned key', () => {
  beforeEach(async () => {
    await stage.pin(stage.publicJwk)
    await stage.sign(5)
  })

  it('runs with a bundle that this key has signed, and knows its version', async () => {
    const { runnable } = await stage.found()
    expect(runnable?.signed).toMatchObject({ version: 5, keyId: stage.key.kid })
  })

  it.runIf(process.getuid?.() === 0)('is judged by root as its helper would, older versions included', async () => {
    await stage.found()
    const { stateFolder } = stage.places
    for (const name of ['', ...(await readdir(stateFolder))]) await chown(join(stateFolder, name), 61_001, 61_001)
    expect((await findBundle(stage.places, { keeps: false })).refused).toEqual([])
    await stage.sign(4)
    expect((await findBundle(stage.places, { keeps: false })).refused).toMatchObject([{ code: 'bundle-version-old' }])
    await chown(join(stateFolder, 'bundle-record.json'), 61_002, 61_002)
    expect((await findBundle(stage.places, { keeps: false })).refused).toMatchObject([
      { code: 'bundle-state-unusable' },
    ])
  })

  it('takes a key for ES256 as well', async () => {
    const { privateJwk, publicJwk } = await makeSigningKey('ES256')
    await stage.pin(stage.publicJwk, publicJwk)
    await stage.sign(6, privateJwk)
    expect(await stage.find()).toEqual({ runs: 'Contoso', refused: [] })
  })

  it.each<[string, () => Promise<unknown>, string]>([
    ['no signature', () => rm(bundleFile('bundle.jws')), 'bundle-unsigned'],
    ['an empty one', () => stage.put('bundle.jws', ''), 'bundle-signature-invalid'],
    [
      'half of one',
      async () => stage.put('bundle.jws', (await readFile(bundleFile('bundle.jws'), 'utf8')).slice(0, 200)),
      'bundle-signature-invalid',
    ],
    ['another kiosk.json', () => stage.write({ brand: { name: 'Evil' } }), 'bundle-file-changed'],
    ['one file more', () => stage.put('extra.pem', 'hello'), 'bundle-file-changed'],
    ['the settings gone', () => rm(bundleFile('kiosk.json')), 'bundle-missing'],
    [
      'a key of another’s',
      async () => stage.sign(6, (await makeSigningKey('EdDSA')).privateJwk),
      'bundle-signature-invalid',
    ],
    [
      'another’s key under this one’s name',
      async () => stage.sign(6, { ...(await makeSigningKey('EdDSA')).privateJwk, kid: stage.key.kid }),
      'bundle-signature-invalid',
    ],
    [
      'an order’s signature',
      async () => signAs({ alg: 'EdDSA', kid: stage.key.kid, typ: 'kiosk-order+jws' }, await payloadOf()),
      'bundle-signature-invalid',
    ],
    [
      'a signature of no kind',
      async () => signAs({ alg: 'EdDSA', kid: stage.key.kid }, await payloadOf()),
      'bundle-signature-invalid',
    ],
    [
      'a signature of nothing that is known',
      () => signAs({ alg: 'EdDSA', kid: stage.key.kid, typ: BUNDLE_TYPE }, { version: 6 }),
      'bundle-signature-invalid',
    ],
    [
      'version 0',
      async () =>
        signAs({ alg: 'EdDSA', kid: stage.key.kid, typ: BUNDLE_TYPE }, { ...(await payloadOf()), version: 0 }),
      'bundle-signature-invalid',
    ],
    [
      'no algorithm',
      async () =>
        stage.put(
          'bundle.jws',
          `${encode({ alg: 'none', kid: stage.key.kid, typ: BUNDLE_TYPE })}.${encode(await payloadOf())}.`,
        ),
      'bundle-signature-invalid',
    ],
    [
      'HS256 under the public key',
      async () => {
        const secret = new TextEncoder().encode(stage.publicJwk.x)
        const text = new TextEncoder().encode(JSON.stringify(await payloadOf()))
        const header = { alg: 'HS256', kid: stage.key.kid, typ: BUNDLE_TYPE }
        await stage.put('bundle.jws', await new CompactSign(text).setProtectedHeader(header).sign(secret))
      },
      'bundle-signature-invalid',
    ],
  ])('refuses %s, at first and over a good one', async (_what, spoil, code) => {
    const good = await stage.find()
    await spoil()
    expect(good).toEqual({ runs: 'Contoso', refused: [] })
    expect(await stage.find()).toEqual({ runs: 'Contoso', refused: [code] })
    await rm(stage.places.stateFolder, { recursive: true })
    const { runnable } = await stage.found()
    expect(runnable).toBeNull()
  })

  it('refuses a lower version, and another bundle of the same version, over a restart too', async () => {
    await stage.find()
    await stage.sign(4)
    expect(await stage.find()).toEqual({ runs: 'Contoso', refused: ['bundle-version-old'] })
    await stage.write({ brand: { name: 'Fabrikam' } })
    await stage.sign(4)
    expect(await stage.find()).toEqual({ runs: 'Contoso', refused: ['bundle-version-old'] })
    await stage.sign(5)
    expect(await stage.find()).toEqual({ runs: 'Contoso', refused: ['bundle-version-old'] })
    await stage.sign(6)
    expect(await stage.find()).toEqual({ runs: 'Fabrikam', refused: [] })
    await stage.write({})
    await stage.sign(5)
    expect(await stage.find()).toEqual({ runs: 'Fabrikam', refused: ['bundle-version-old'] })
  })

  it('does not count the version of a well-signed bundle that is faulty', async () => {
    await stage.find()
    await stage.write({ brand: {} })
    await stage.sign(9)
    expect(await stage.find()).toEqual({ runs: 'Contoso', refused: ['bundle-invalid'] })
    await stage.write({ brand: { name: 'Fabrikam' } })
    await stage.sign(6)
    expect(await stage.find()).toEqual({ runs: 'Fabrikam', refused: [] })
  })

  it('takes no copy of the last good one that was changed', async () => {
    await stage.find()
    const { folder } = JSON.parse(await readFile(recordFile(), 'utf8'))
    await stage.put('kiosk.json', '{')
    const copy = join(stage.places.stateFolder, folder, 'kiosk.json')
    await writeFile(copy, (await readFile(copy, 'utf8')).replace('Contoso', 'Evil'))
    expect(await stage.find()).toEqual({ runs: null, refused: ['bundle-file-changed'] })
  })

  it('vouches for no folder that it cannot list', async () => {
    const { trust } = await stage.found()
    const files = new Map<string, Buffer>()
    for (const name of ['kiosk.json', 'bundle.jws']) files.set(name, await readFile(bundleFile(name)))
    // Root, as whom this may run, lists every folder that is there.
    const source = heldBundleFiles(bundleFile('gone'), files)
    expect(await verifyBundle(source, trust.kind === 'pinned' ? trust.keys : [])).toMatchObject({
      doubts: [{ code: 'bundle-unreadable', name: '' }],
    })
  })

  it('takes nothing any more that a key has signed which is gone', async () => {
    await stage.find()
    await stage.pin((await makeSigningKey('EdDSA')).publicJwk)
    expect(await stage.find()).toEqual({ runs: null, refused: ['bundle-signature-invalid'] })
  })

  it('does not go back to unsigned bundles because its keys are gone', async () => {
    await stage.find()
    await rm(keysFile())
    await rm(bundleFile('bundle.jws'))
    expect(await stage.find()).toEqual({ runs: null, refused: ['trust-unusable'] })
  })

  it.each<[string, () => Promise<unknown>]>([
    ['', async () => {}],
    [
      ', nor without its keys',
      async () => {
        await rm(keysFile())
        await rm(bundleFile('bundle.jws'))
      },
    ],
  ])('takes no damaged record of versions for a fresh start%s', async (_what, spoil) => {
    await stage.find()
    await writeFile(recordFile(), '{')
    await spoil()
    expect(await stage.find()).toEqual({ runs: null, refused: ['bundle-state-unusable'] })
    expect(await readFile(recordFile(), 'utf8')).toBe('{')
  })

  it('stays with the newer of two bundles that are looked at together', async () => {
    await stage.write({ brand: { name: 'Fabrikam' } })
    await stage.sign(6)
    const { runnable } = await findBundle(stage.places, { keeps: false })
    const newer = new Map<string, Buffer>()
    for (const name of ['kiosk.json', 'bundle.jws']) newer.set(name, await readFile(bundleFile(name)))
    await stage.write({})
    await stage.sign(5)
    const kept = keepBundle(stage.places.stateFolder, {
      files: newer,
      signed: { version: 6, keyId: runnable?.signed?.keyId ?? '' },
    })
    expect(await stage.find()).toEqual({ runs: 'Fabrikam', refused: ['bundle-version-old'] })
    await kept
  })

  it.each<[string, () => Promise<unknown>, string]>([
    ['no JSON', () => writeFile(keysFile(), 'keys'), 'is not JSON'],
    ['a private key', () => stage.pin(stage.key as JWK), 'holds a private key'],
    ['a shared secret', () => stage.pin({ kty: 'oct', k: 'AAAA' }), 'shared secret'],
    ['a key for other things', () => stage.pin({ kty: 'RSA', n: 'AQAB', e: 'AQAB' }), 'neither Ed25519 nor P-256'],
    ['one id twice', () => stage.pin(stage.publicJwk, stage.publicJwk), 'two keys with one id'],
    [
      'a link',
      async () => {
        await rename(keysFile(), join(stage.places.stateFolder, 'keys.json'))
        await symlink(join(stage.places.stateFolder, 'keys.json'), keysFile())
      },
      'no file of its own',
    ],
    ['a file that its group may change', () => chmod(keysFile(), 0o664), 'others than its owner can change it'],
    [
      'a folder that everybody may change',
      () => chmod(stage.places.trustFolder, 0o777),
      'others than its owner can change it',
    ],
  ])('trusts no trust folder with %s', async (_what, spoil, said) => {
    await spoil()
    const { runnable, refused } = await stage.found()
    expect(runnable).toBeNull()
    expect(refused).toMatchObject([{ code: 'trust-unusable', what: expect.stringContaining(said) }])
  })
})

describe('an installed kiosk', () => {
  it('refuses a developer’s bundle', async () => {
    // Root’s alone on an installed kiosk, and this test may be anybody’s.
    await rm(stage.places.trustFolder, { recursive: true })
    const installed = async () => {
      const { runnable, refused } = await findBundle({ ...stage.places, isPackaged: true })
      return { runs: runnable !== null, refused: refused.map(({ where }) => where) }
    }
    await stage.write({ development: true })
    expect(await installed()).toEqual({ runs: false, refused: ['kiosk.json › development'] })
    await stage.write({})
    expect(await installed()).toEqual({ runs: true, refused: [] })
  })
})
