import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { put, putConfig } from './broken-bundles.fixture.ts'
import { runBundle } from './bundle-command.ts'

const [ONE = '', OTHER = ''] = rootCertificates
const RESTARTS = 'restarts the helper as soon as that disturbs nobody'

describe('kioskctl bundle diff', () => {
  let work: string

  beforeEach(async () => {
    work = await mkdtemp(join(tmpdir(), 'kiosk-diff-'))
  })
  afterEach(() => rm(work, { recursive: true }))

  async function bundle(name: string, change: object, pem?: string): Promise<string> {
    const folder = join(work, name)
    await mkdir(folder)
    await putConfig(folder, change)
    if (pem) await put(folder, 'ca.pem', pem)
    return folder
  }

  async function diff(...args: string[]): Promise<{ exitCode: number; said: string[] }> {
    const said: string[] = []
    const say = (text: string) => void said.push(...text.replaceAll(work, '').split('\n'))
    return { exitCode: await runBundle(['diff', ...args], { print: say, complain: say, openPrompt: null }), said }
  }

  it('says what changed and what becomes of a running kiosk', async () => {
    const identity = { provider: 'oidc', issuer: 'https://login.example.com', clientId: 'other' }
    const sites = [{ place: 'Building 5', devices: { 'DR-0042': 'Canteen', 'DR-0043': 'Door' } }]
    const after = await bundle('after', { identity, sites, session: { shiftHours: 8 } })
    expect(await diff(await bundle('before', {}), after)).toEqual({
      exitCode: 0,
      said: [
        'sites: is on the screen within seconds',
        '    DR-0042: Main lobby, Building 4 → Canteen, Building 5',
        '    + DR-0043: Door, Building 5',
        'identity.clientId: ends the session',
        '    "kiosk" → "other"',
        `session.shiftHours: ${RESTARTS}`,
        '    12 → 8',
        'The whole change ends the session.',
      ],
    })
  })

  it('sees a file that holds something else', async () => {
    const network = { trustedCaFiles: ['ca.pem'] }
    const before = await bundle('before', { network }, ONE)
    expect(await diff(before, await bundle('after', { network }, OTHER))).toMatchObject({
      said: [
        `network.trustedCaFiles: ${RESTARTS}`,
        '    "ca.pem" holds something else',
        `The whole change ${RESTARTS}.`,
      ],
    })
  })

  it('says that nothing differs', async () => {
    const folder = await bundle('before', {})
    expect(await diff(folder, folder)).toEqual({ exitCode: 0, said: ['nothing differs'] })
  })

  it('answers programs in JSON', async () => {
    const after = await bundle('after', { languages: ['de'] })
    const { said } = await diff(await bundle('before', {}), after, '--json')
    expect(JSON.parse(said.join(''))).toMatchObject({
      kind: 'display',
      paths: [{ path: 'languages', kind: 'display', after: ['de'], consequence: 'is on the screen within seconds' }],
    })
  })

  it('compares no bundle that a kiosk would refuse', async () => {
    const before = await bundle('before', {})
    const { exitCode, said } = await diff(before, await bundle('after', { version: 2 }))
    expect([exitCode, said]).toEqual([1, ['✗ /after has 1 fault: run "kioskctl bundle check" on it first']])
    expect((await diff(before)).exitCode).toBe(2)
  })

  it('answers programs in JSON also where it compares nothing', async () => {
    const { exitCode, said } = await diff(await bundle('before', {}), join(work, 'nowhere'), '--json')
    expect([exitCode, JSON.parse(said.join(''))]).toEqual([
      1,
      { ok: false, problems: ['/nowhere does not exist → There is no such folder: check its name.'] },
    ])
  })

  it('says which signature a kiosk would not take', async () => {
    const quiet = { print: () => {}, complain: () => {}, openPrompt: null }
    const key = join(work, 'key.json')
    await runBundle(['keygen', '--key', key], quiet)
    const sign = (folder: string, version: string) =>
      runBundle(['sign', '--key', key, '--version', version, folder], quiet)
    const before = await bundle('before', {})
    const after = await bundle('after', { languages: ['de'] })
    const doubts = async () => (await diff(before, after)).said.filter((line) => line.startsWith('! '))
    await sign(before, '7')
    expect(await doubts()).toEqual(['! /after is not signed, and /before is → Sign it with a version above 7.'])
    await sign(after, '7')
    expect(await doubts()).toEqual(['! /after has the version 7, and /before has 7 → Sign it with a version above 7.'])
    await sign(after, '8')
    expect(await doubts()).toEqual([])
    await putConfig(after, { languages: ['fr'] })
    expect(await doubts()).toEqual([
      '! /after/kiosk.json was changed after the bundle was signed → Sign the bundle anew, with a higher version, or remove bundle.jws.',
    ])
  })
})
