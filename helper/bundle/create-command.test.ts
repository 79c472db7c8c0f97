import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkKioskConfig } from '../../contract/check-kiosk-config.ts'
import { checkVerificationLink } from '../oauth/verification-link.ts'
import { runBundle } from './bundle-command.ts'

const TENANT = '11111111-2222-3333-4444-55555555abcd'
const CLIENT = '66666666-7777-8888-9999-000000000000'
const COMMON = ['--brand', 'Contoso', '--client-id', CLIENT, '--require-claim', 'groups=reception']
const OKTA = ['--provider', 'okta', '--domain', 'contoso.okta.com', ...COMMON]

describe('kioskctl bundle create', () => {
  let work: string
  let folder: string

  beforeEach(async () => {
    work = await mkdtemp(join(tmpdir(), 'kiosk-create-'))
    folder = join(work, 'bundle')
  })
  afterEach(() => rm(work, { recursive: true }))

  /** @param answers what a person types; null where there is no terminal */
  async function create(options: readonly string[], answers: readonly string[] | null = null) {
    const said: string[] = []
    const asked: string[] = []
    const left = [...(answers ?? [])]
    const say = (text: string) => void said.push(text.replaceAll(folder, 'FOLDER'))
    const openPrompt = () => ({
      async ask(question: string) {
        asked.push(question)
        const answer = left.shift()
        if (answer === undefined) throw new Error(`no answer to ${question}`)
        return answer
      },
      close: () => {},
    })
    const io = { print: say, complain: say, openPrompt: answers ? openPrompt : null }
    const exitCode = await runBundle(['create', folder, ...options], io)
    return { exitCode, said, asked }
  }

  const written = async () => JSON.parse(await readFile(join(folder, 'kiosk.json'), 'utf8'))

  it.each([
    [
      'entra',
      ['--tenant-id', TENANT.toUpperCase()],
      `https://login.microsoftonline.com/${TENANT}/v2.0`,
      'https://microsoft.com/devicelogin',
    ],
    [
      'okta',
      ['--domain', 'contoso.okta.com'],
      'https://contoso.okta.com/oauth2/default',
      'https://contoso.okta.com/activate',
    ],
    [
      'okta',
      ['--domain', 'https://contoso.okta.com/', '--authorization-server', 'org'],
      'https://contoso.okta.com',
      'https://contoso.okta.com/activate',
    ],
    ['descope', ['--project-id', 'P2x'], 'https://api.descope.com/P2x', 'https://auth.descope.com/device'],
    [
      'pymthouse',
      ['--domain', 'contoso.pymthouse.example'],
      'https://contoso.pymthouse.example/api/v1/oidc',
      'https://contoso.pymthouse.example/oidc/device',
    ],
    [
      'oidc',
      ['--issuer', 'https://login.example.com'],
      'https://login.example.com',
      'https://login.example.com/device',
    ],
  ])('makes a whole bundle for %s from %j, that shows its provider’s page', async (provider, options, issuer, page) => {
    const { exitCode, said } = await create(['--provider', provider, ...options, ...COMMON])
    expect([exitCode, said.filter((line) => /^[✗!]/.test(line))]).toEqual([0, []])
    const checked = checkKioskConfig(await written())
    if (!checked.ok) throw new Error(JSON.stringify(checked.faults))
    expect(checked.config.identity).toMatchObject({ provider, issuer, clientId: CLIENT })
    expect(checkVerificationLink(page, checked.config.identity)).toBe(page)
  })

  it('takes everything from options', async () => {
    const logo = join(work, 'logo.svg')
    await writeFile(logo, '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8z"/></svg>')
    const options = [
      '--site',
      'Building 4',
      '--device',
      'DR-0042=Main lobby',
      '--device',
      'DR-0043',
      '--scope',
      'visits',
    ]
    const app = ['--app-url', 'https://reception.example.com', '--api-origin', 'https://visits.example.com']
    const rest = ['--language', 'de', '--logo', logo, '--require-claim', 'groups=guards', '--schema', './schema.json']
    expect(await create([...OKTA, ...options, ...app, ...rest])).toMatchObject({ exitCode: 0 })
    expect(await written()).toEqual({
      $schema: './schema.json',
      version: 1,
      sites: [{ place: 'Building 4', devices: { 'DR-0042': 'Main lobby', 'DR-0043': 'DR-0043' } }],
      brand: { name: 'Contoso', logo: 'logo.svg' },
      languages: ['de'],
      identity: {
        provider: 'okta',
        issuer: 'https://contoso.okta.com/oauth2/default',
        clientId: CLIENT,
        scopes: ['openid', 'profile', 'offline_access', 'visits'],
      },
      access: { requiredClaims: { groups: ['reception', 'guards'] } },
      app: { url: 'https://reception.example.com', apiOrigins: ['https://visits.example.com'] },
    })
    expect((await readdir(folder)).sort()).toEqual(['kiosk.json', 'logo.svg'])
  })

  it('asks at a terminal for what is missing, again where an answer cannot be, and for nothing that does not matter', async () => {
    const answers = [
      'Contoso',
      'azure',
      'entra',
      'contoso',
      TENANT,
      '',
      CLIENT,
      '',
      '',
      'Building 4',
      'DR-1=Lobby, DR-2=Door',
    ]
    const { exitCode, said, asked } = await create([], answers)
    expect(exitCode).toBe(0)
    expect(asked.map((question) => question.split(/[ ,:;]/)[0])).toEqual([
      'The',
      'Identity',
      'Identity',
      'Directory',
      'Directory',
      'Client',
      'Client',
      'Who',
      'The',
      'The',
      'Devices',
    ])
    expect(said.slice(0, 3)).toEqual([
      '  expected one of "entra"|"okta"|"descope"|"pymthouse"|"oidc". Set "entra", "okta", "descope", "pymthouse" or, for any other OpenID provider, "oidc".',
      '  is not the id of a tenant. Set the directory (tenant) id from the tenant’s overview page, 32 hex digits with dashes.',
      '  is needed',
    ])
    expect(await written()).toEqual({
      version: 1,
      sites: [{ place: 'Building 4', devices: { 'DR-1': 'Lobby', 'DR-2': 'Door' } }],
      brand: { name: 'Contoso' },
      identity: {
        provider: 'entra',
        issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
        clientId: CLIENT,
        tenantId: TENANT,
      },
    })
  })

  it('names what is missing where nobody can be asked', async () => {
    const { exitCode, said } = await create(['--provider', 'okta'])
    expect([exitCode, said[0]?.split('\n')[0]]).toEqual([2, 'kioskctl bundle: give --brand, --domain, --client-id'])
  })

  it('overwrites nothing unless it is told to', async () => {
    await create(OKTA)
    const again = await create([...OKTA, '--language', 'de'])
    expect([again.exitCode, again.said[0]]).toEqual([
      1,
      'kioskctl bundle: FOLDER/kiosk.json is there already; --force replaces it',
    ])
    expect(await written()).not.toHaveProperty('languages')
    expect(await create([...OKTA, '--language', 'de', '--force'])).toMatchObject({ exitCode: 0 })
    expect(await written()).toHaveProperty('languages', ['de'])
    expect(await readdir(folder)).toEqual(['kiosk.json'])
  })

  it.runIf(process.platform !== 'win32')(
    'leaves files that everybody may read and nobody else may change',
    async () => {
      await create(OKTA)
      expect((await stat(join(folder, 'kiosk.json'))).mode & 0o777).toBe(0o644)
    },
  )

  it.each([
    [
      'a wrong tenant',
      ['--provider', 'entra', '--tenant-id', 'contoso', ...COMMON],
      1,
      '✗ identity.tenantId is not the id',
    ],
    ['an address over http', [...OKTA, '--app-url', 'http://x.example'], 1, '✗ app.url is not an https URL'],
    ['devices without a site', [...OKTA, '--device', 'DR-1'], 2, 'kioskctl bundle: --device needs --site'],
    ['another provider’s option', [...OKTA, '--project-id', 'P'], 2, 'kioskctl bundle: --project-id is not for Okta'],
    ['a file that is not there', [...OKTA, '--logo', '/none.svg'], 1, 'kioskctl bundle: /none.svg cannot be copied'],
    ['an authority that is none', [...OKTA, '--ca', import.meta.filename], 1, 'holds no readable PEM certificate'],
    ['a logo that is none', [...OKTA, '--logo', import.meta.filename], 1, '✗ kiosk.json:5 brand.logo names'],
    [
      'a provider that nobody knows',
      ['--provider', 'azure'],
      2,
      '--provider takes entra, okta, descope, pymthouse, oidc',
    ],
    ['two scopes in one', [...OKTA, '--scope', 'openid profile'], 2, '--scope takes one scope'],
    ['an empty option', [...OKTA, '--authorization-server', ''], 2, '--authorization-server is empty'],
    ['no folder', [], 2, 'kioskctl bundle: give'],
  ])('refuses %s and writes no kiosk.json', async (_what, options, code, words) => {
    const { exitCode, said } = await create(options)
    expect(exitCode).toBe(code)
    expect(said[0]).toContain(words)
    await expect(written()).rejects.toThrow('ENOENT')
    expect(await readdir(work)).toEqual([])
  })

  it('says so where the folder is a file, or can never be made', async () => {
    await writeFile(folder, '')
    const { exitCode, said } = await create(OKTA)
    expect([exitCode, said]).toEqual([1, ['kioskctl bundle: FOLDER is no folder']])
    await rm(folder)
    folder = join(work, 'file', 'below')
    await writeFile(join(work, 'file'), '')
    expect((await create(OKTA)).said[0]).toMatch(/file is no folder$/)
    if (process.platform !== 'linux') return
    folder = '/proc/kiosk-bundle'
    expect((await create(OKTA)).said).toEqual(['kioskctl bundle: FOLDER cannot be made (ENOENT)'])
  })

  it('names the options for a national cloud and for Okta’s own server in its help', async () => {
    const { said } = await create(['--help'])
    expect(said.join('\n')).toContain('--issuer URL for a national cloud')
    expect(said.join('\n')).toContain(`"org" for the organisation's own`)
  })
})
