import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findBundle } from '../config/find-bundle.ts'
import { GOOD_CONFIG } from '../trust/bundle-stage.fixture.ts'
import { readPublicKey } from '../trust/public-key.ts'
import { runBundle } from './bundle-command.ts'

describe('kioskctl bundle sign', () => {
  let work: string
  let printed: string[]
  let complaints: string[]
  const place = (...names: string[]) => join(work, ...names)
  const io = {
    print: (text: string) => void printed.push(text),
    complain: (text: string) => void complaints.push(text),
    openPrompt: null,
  }
  const bundle = (...args: string[]) => runBundle(args, io)
  const sign = (version: string) => bundle('sign', '--key', place('key.json'), '--version', version, place('bundle'))

  beforeEach(async () => {
    work = await mkdtemp(join(tmpdir(), 'kiosk-sign-'))
    ;[printed, complaints] = [[], []]
    for (const name of ['bundle', 'trust']) await mkdir(place(name), { mode: 0o755 })
    await mkdir(place('state'), { mode: 0o700 })
    await writeFile(place('bundle', 'kiosk.json'), JSON.stringify(GOOD_CONFIG))
  })
  afterEach(() => rm(work, { recursive: true }))

  it('makes a key and signs what a kiosk with its public half takes', async () => {
    expect(await bundle('keygen', '--key', place('key.json'))).toBe(0)
    printed = []
    expect(await bundle('public-keys', '--key', place('key.json'))).toBe(0)
    await writeFile(place('trust', 'bundle-keys.json'), printed.join('\n'), { mode: 0o644 })
    expect(await sign('7')).toBe(0)
    expect((await stat(place('key.json'))).mode & 0o777).toBe(0o600)
    const { d } = JSON.parse(await readFile(place('key.json'), 'utf8'))
    expect(printed.join('\n') + complaints.join('\n')).not.toContain(d)
    const found = await findBundle({
      bundleFolder: place('bundle'),
      trustFolder: place('trust'),
      deviceFolder: place('device'),
      stateFolder: place('state'),
      isPackaged: false,
    })
    expect(found).toMatchObject({ runnable: { signed: { version: 7 } }, refused: [] })
  })

  it.each(['EdDSA', 'ES256'])(
    'lists the public halves of several %s keys, for the time of a change',
    async (algorithm) => {
      for (const name of ['old.json', 'new.json'])
        await bundle('keygen', '--key', place(name), '--algorithm', algorithm)
      printed = []
      expect(await bundle('public-keys', '--key', place('old.json'), '--key', place('new.json'))).toBe(0)
      const { keys } = JSON.parse(printed.join('\n'))
      expect(keys).toEqual([expect.objectContaining({ alg: algorithm }), expect.objectContaining({ alg: algorithm })])
      for (const key of keys) expect(await readPublicKey(key)).toMatchObject({ keyId: key.kid })
      expect(keys[0].kid).not.toBe(keys[1].kid)
      expect(printed.join('\n')).not.toContain('"d"')
    },
  )

  it('does not overwrite a key', async () => {
    await bundle('keygen', '--key', place('key.json'))
    const before = await readFile(place('key.json'), 'utf8')
    expect(await bundle('keygen', '--key', place('key.json'))).toBe(1)
    expect(await readFile(place('key.json'), 'utf8')).toBe(before)
  })

  it.each<[string, () => Promise<unknown>, RegExp]>([
    ['with a key that others may read', () => chmod(place('key.json'), 0o640), /set mode 0600/],
    ['with no key', () => rm(place('key.json')), /cannot be read \(ENOENT\)/],
    ['with a file that is no key', () => writeFile(place('key.json'), '{"kty":"OKP"}'), /is no private key/],
    ['a faulty bundle', () => writeFile(place('bundle', 'kiosk.json'), '{}'), /a faulty bundle is not signed/],
    [
      'a private key',
      () => writeFile(place('bundle', 'key.json'), '{"kty":"OKP","d":"x"}'),
      /looks like a private key/,
    ],
    [
      'more files than a kiosk takes',
      async () => {
        for (let n = 0; n < 64; n += 1) await writeFile(place('bundle', `${n}.txt`), '')
      },
      /holds 65 files, and a kiosk takes 64 at most/,
    ],
    ['a folder that is not there', () => rm(place('bundle'), { recursive: true }), /cannot be listed \(ENOENT\)/],
  ])('does not sign %s', async (_what, spoil, said) => {
    await bundle('keygen', '--key', place('key.json'))
    complaints = []
    await spoil()
    expect(await sign('7')).toBe(1)
    expect(complaints.join('\n')).toMatch(said)
    expect(await stat(place('bundle', 'bundle.jws')).catch(() => null)).toBeNull()
  })

  it.each(['0', '-1', '1.5', 'x', ''])('takes no %o for a version', async (version) => {
    expect(await sign(version)).toBe(2)
  })
})
