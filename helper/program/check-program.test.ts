import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { CompactSign, importJWK, type JWK } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { KioskError } from '../../contract/kiosk-error.ts'
import { readPublicKey } from '../trust/public-key.ts'
import type { Trust } from '../trust/read-trust.ts'
import { makeSigningKey, type SigningKey } from '../trust/sign-bundle.ts'
import { checkProgram } from './check-program.ts'
import { judgeProgram } from './judge-program.ts'
import { MANIFEST_TYPE } from './program-manifest.ts'

const FILES = {
  'helper/main.mjs': 'the helper',
  'node/node.exe': 'the runtime',
  'pm2/node_modules/pm2/bin/pm2-runtime': 'the supervisor',
  'ecosystem.config.js': 'how they start',
}
const NOBODY: Trust = { kind: 'none' }

const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url')
const MANIFEST = {
  version: '1.2.3',
  files: Object.fromEntries(Object.entries(FILES).map(([path, text]) => [path, hashOf(text)])),
}

describe('the files of an installed program', () => {
  let resources: string
  let key: SigningKey
  let pinned: Trust
  beforeEach(async () => {
    resources = await mkdtemp(join(tmpdir(), 'kiosk-program-'))
    for (const [path, text] of Object.entries(FILES)) await put(path, text)
    const made = await makeSigningKey('EdDSA')
    key = made.privateJwk
    pinned = await pin(made.publicJwk)
  })
  afterEach(() => rm(resources, { recursive: true }))

  async function put(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(resources, path)), { recursive: true })
    await writeFile(join(resources, path), text)
  }
  async function pin(jwk: JWK): Promise<Trust> {
    const read = await readPublicKey(jwk)
    if ('fault' in read) throw new TypeError(read.fault)
    return { kind: 'pinned', keys: [read] }
  }
  const listUnsigned = () => put('manifest.json', JSON.stringify(MANIFEST))
  async function listSigned(payload: object = MANIFEST, by = key, typ: string = MANIFEST_TYPE): Promise<void> {
    const jws = await new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
      .setProtectedHeader({ alg: by.alg, kid: by.kid, typ })
      .sign(await importJWK(by as JWK, by.alg))
    await put('manifest.jws', `${jws}\n`)
  }
  const judged = async (trust: Trust) => judgeProgram(await checkProgram(resources, trust))

  it('are well, and whose word that is is said', async () => {
    await listUnsigned()
    expect(await judged(NOBODY)).toEqual({ state: 'ok', found: '1.2.3, by a list that nobody vouches for' })
    await listSigned()
    expect(await judged(NOBODY)).toEqual({ state: 'ok', found: '1.2.3, by a list that nobody vouches for' })
    expect(await judged(pinned)).toEqual({ state: 'ok', found: `1.2.3, signed by ${key.kid}` })
  })

  it.each([
    ['a byte of the runtime changes', () => put('node/node.exe', 'the runtimf'), 'node/node.exe was changed'],
    ['a file is gone', () => rm(join(resources, 'helper/main.mjs')), 'helper/main.mjs is missing'],
    ['a file is added', () => put('pm2/node_modules/evil/index.js', ''), 'pm2/node_modules/evil/index.js was added'],
    ['the supervisor’s list is another', () => put('ecosystem.config.js', ''), 'ecosystem.config.js was changed'],
  ])('are not when %s', async (_what, drift, line) => {
    await listSigned()
    await drift()
    expect(await judged(pinned)).toEqual({ state: 'failed', code: 'program-changed', found: line })
  })

  it.runIf(process.platform !== 'win32')('are not when one of them leads elsewhere', async () => {
    await listUnsigned()
    await rm(join(resources, 'node/node.exe'))
    await symlink('/bin/true', join(resources, 'node/node.exe'))
    expect(await judged(NOBODY)).toMatchObject({ code: 'program-changed', found: 'node/node.exe is a link' })
  })

  it('names three of many, and counts the others', async () => {
    await listUnsigned()
    for (const name of ['a', 'b', 'c', 'd', 'e']) await put(`helper/${name}`, '')
    expect((await judged(NOBODY)).found).toBe('helper/a was added, helper/b was added, helper/c was added and 2 more')
  })

  const OTHER_LISTS: readonly (readonly [what: string, list: () => Promise<void>, why: string])[] = [
    ['no list', async () => {}, 'manifest.jws is missing, and a release key is pinned here'],
    ['a list that nobody signed', listUnsigned, 'manifest.jws is missing, and a release key is pinned here'],
    ['words', () => put('manifest.jws', 'words'), 'does not fit its key'],
    [
      'the list of a stranger',
      async () => listSigned(MANIFEST, (await makeSigningKey('EdDSA')).privateJwk),
      'signed with a key that is not pinned here',
    ],
    ['another statement under the same key', () => listSigned(MANIFEST, key, 'kiosk-bundle+jws'), 'of another kind'],
    ['a list that leads out', () => listSigned({ ...MANIFEST, files: { '../x': hashOf('') } }), 'no list of files'],
    [
      'a list that was changed after it was signed',
      async () => {
        await listSigned()
        const { readFile } = await import('node:fs/promises')
        const [header, , signature] = (await readFile(join(resources, 'manifest.jws'), 'utf8')).trim().split('.')
        const other = Buffer.from(JSON.stringify({ ...MANIFEST, version: '9.9.9' })).toString('base64url')
        await put('manifest.jws', [header, other, signature].join('.'))
      },
      'does not fit its key',
    ],
  ]
  it.each(OTHER_LISTS)('are unproven with %s, once a release key is pinned', async (_what, list, why) => {
    await list()
    const outcome = await judged(pinned)
    expect(outcome).toMatchObject({ state: 'failed', code: 'program-unproven' })
    expect(outcome.found).toContain(why)
  })

  it('are unproven where the pinned keys cannot be used, or nothing lists them', async () => {
    await listSigned()
    const unusable: Trust = { kind: 'unusable', why: new KioskError('trust-unusable', 'the folder is not root’s') }
    expect(await judged(unusable)).toMatchObject({ code: 'program-unproven', found: 'the folder is not root’s' })
    await rm(join(resources, 'manifest.jws'))
    expect(await judged(NOBODY)).toMatchObject({
      code: 'program-unproven',
      found: 'there is neither manifest.jws nor manifest.json',
    })
  })

  it('are nobody’s business in a checkout', () => {
    expect(judgeProgram({ kind: 'not-packaged' })).toMatchObject({ state: 'skipped' })
  })
})
