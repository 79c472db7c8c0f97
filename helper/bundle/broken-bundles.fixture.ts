/** Bundles as people break them. What `kioskctl bundle check` says of each stands in docs/broken-bundles.txt. Never installed. */
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'

type BrokenBundle = { what: string; make(folder: string): Promise<unknown> }

const WHOLE = {
  version: 1,
  sites: [{ place: 'Building 4', devices: { 'DR-0042': 'Main lobby' } }],
  brand: { name: 'Contoso Reception' },
  identity: { provider: 'oidc', issuer: 'https://login.example.com', clientId: 'kiosk' },
  access: { requiredClaims: { groups: ['reception'] } },
}
const TENANT = '11111111-2222-3333-4444-55555555abcd'
const ENTRA = {
  provider: 'entra',
  issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
  clientId: '66666666-7777-8888-9999-000000000000',
  tenantId: TENANT,
}
const [PEM = ''] = rootCertificates
const BROKEN_PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'

/** Whatever the umask, a mode that nobody minds. */
export async function put(folder: string, name: string, content: string | Buffer): Promise<void> {
  await writeFile(join(folder, name), content)
  await chmod(join(folder, name), 0o644)
}

/** @param change each section replaces the whole one */
export function putConfig(folder: string, change: object): Promise<void> {
  return put(folder, 'kiosk.json', JSON.stringify({ ...WHOLE, ...change }, null, 2))
}

const text = (what: string, content: string | Buffer): BrokenBundle => ({
  what,
  make: (folder) => put(folder, 'kiosk.json', content),
})

const settings = (what: string, change: object): BrokenBundle => ({
  what,
  make: (folder) => putConfig(folder, change),
})

const files = (what: string, change: object, make: (folder: string) => Promise<unknown>): BrokenBundle => ({
  what,
  make: async (folder) => {
    await putConfig(folder, change)
    await make(folder)
  },
})

const identity = (change: object) => ({ identity: { ...WHOLE.identity, ...change } })
const trust = (...trustedCaFiles: string[]) => ({ network: { trustedCaFiles } })

export const BROKEN_BUNDLES: readonly BrokenBundle[] = [
  { what: 'an empty folder', make: async () => {} },
  text('an empty file', ''),
  text('half a file', '{\n  "version": 1,'),
  text('a comma too many', '{ "version": 1, }'),
  text('a comma too many in a list', '{ "languages": ["en", ] }'),
  text('curly quotes', '{ “version”: 1 }'),
  text('a word without quotes', '{ "version": 1, "session": { "start": touch } }'),
  text('true in capitals', '{ "version": 1, "development": True }'),
  text('a merge conflict', '{\n<<<<<<< HEAD\n  "version": 1\n}'),
  text('a comment', '{ // for the lobby\n "version": 1 }'),
  text('a byte order mark, as some editors write it', `\ufeff${JSON.stringify(WHOLE)}`),
  text('UTF-16, as some shells write it', Buffer.from(`\ufeff${JSON.stringify(WHOLE)}`, 'utf16le')),
  text('a list', '[]'),
  settings('another format', { version: 2 }),
  settings('no brand', { brand: undefined }),
  settings('a name of spaces', { brand: { name: '  ' } }),
  settings('a colour in words', { brand: { name: 'Contoso', background: 'dark blue' } }),
  settings('one colour of two', { brand: { name: 'Contoso', colors: { primary: '#0b5cad' } } }),
  settings('no identity provider', { identity: undefined }),
  settings('a provider nobody knows', identity({ provider: 'azure' })),
  settings('an issuer without its scheme', identity({ issuer: 'login.example.com' })),
  settings('an issuer over http', identity({ issuer: 'http://localhost:8080' })),
  settings('no client', identity({ clientId: undefined })),
  settings('a client secret', identity({ clientSecret: 'hunter2-hunter2' })),
  settings('a setting in the wrong place', { clientId: 'kiosk' }),
  settings('a misspelt setting', { session: { idleMinuts: 15 } }),
  settings('Entra ID without its tenant', identity({ provider: 'entra' })),
  settings(
    'Entra ID’s shared authority',
    identity({ ...ENTRA, issuer: 'https://login.microsoftonline.com/common/v2.0' }),
  ),
  settings('Entra ID’s tenant in capitals', identity({ ...ENTRA, tenantId: TENANT.toUpperCase() })),
  settings('an application’s name in place of its id', identity({ ...ENTRA, clientId: 'kiosk' })),
  settings('the tenant in place of the application', identity({ ...ENTRA, clientId: TENANT })),
  settings('a password in the issuer', identity({ issuer: 'https://user:hunter2@login.example.com/' })),
  settings('an issuer with a query', identity({ issuer: 'https://login.example.com/?tenant=1' })),
  settings(
    'a document in place of the issuer',
    identity({ issuer: 'https://login.example.com/.well-known/openid-configuration' }),
  ),
  settings('scopes that sign nobody in', identity({ scopes: ['profile'] })),
  settings('an origin with a path', identity({ verificationOrigins: ['https://short.example/device'] })),
  settings('a rule that nobody can pass', {
    access: { ...WHOLE.access, requiredScopes: ['visits.read'], allowedScopes: [] },
  }),
  settings('a group that is a number', { access: { requiredClaims: { groups: 7 } } }),
  settings('minutes as text', { session: { idleMinutes: '15' } }),
  settings('a shift of two days', { session: { shiftHours: 48 } }),
  settings('a language that the screen does not speak', { languages: ['en', 'tlh'] }),
  settings('an app over http', { app: { url: 'http://reception.example.com' } }),
  settings('a proxy with a password', { network: { proxy: 'http://me:hunter2-hunter2@proxy.example.com' } }),
  settings('a table of sites as text', { sites: [{ place: 'Building 4', devices: ['DR-0042'] }] }),
  files('a logo that is not there', { brand: { name: 'Contoso', logo: 'logo.svg' } }, async () => {}),
  files('a logo of another kind', { brand: { name: 'Contoso', logo: 'logo.png' } }, (folder) =>
    put(folder, 'logo.png', 'GIF89a'),
  ),
  files('a logo outside', { brand: { name: 'Contoso', logo: 'logo.svg' } }, (folder) =>
    symlink('/etc/hostname', join(folder, 'logo.svg')),
  ),
  files('an authority that is not there', trust('ca.pem'), async () => {}),
  files('an authority outside', trust('../ca.pem'), async () => {}),
  files('an authority that cannot be read', trust('ca.pem'), (folder) => put(folder, 'ca.pem', PEM + BROKEN_PEM)),
  files('a folder in an authority’s place', trust('ca.pem'), (folder) => mkdir(join(folder, 'ca.pem'))),
  files('a private key', {}, (folder) =>
    put(folder, 'device.key', '-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----\n'),
  ),
  files('a private key as a JWK', {}, (folder) =>
    put(folder, 'bundle-key.json', '{\n  "crv": "Ed25519",\n  "d": "hunter2-hunter2",\n  "kty": "OKP"\n}\n'),
  ),
  files('a signature that is none', {}, (folder) => put(folder, 'bundle.jws', 'hunter2.hunter2.hunter2')),
  files('a file that everybody may change', {}, (folder) => chmod(join(folder, 'kiosk.json'), 0o666)),
  files('a folder that everybody may change', {}, (folder) => chmod(folder, 0o777)),
  settings('several faults at once', {
    version: 2,
    brand: {},
    identity: { provider: 'okta', issuer: 'x' },
    session: { start: 'never' },
  }),
]
