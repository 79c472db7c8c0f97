import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkKioskConfig } from './check-kiosk-config.ts'
import { SETTINGS, wordsFor } from './config-settings.ts'
import { kioskJsonSchema, listSettings } from './kiosk-schema.ts'

const WHOLE = {
  $schema: './kiosk.schema.json',
  version: 1,
  device: { id: 'DR-0042' },
  sites: [{ place: 'Building 4', devices: { 'DR-0042': 'Main lobby' } }],
  brand: {
    name: 'Contoso',
    logo: 'logo.svg',
    colors: { primary: '#0B5CAD', accent: '#e4572e' },
    background: '#10202c',
  },
  languages: ['de', 'en'],
  identity: { provider: 'oidc', issuer: 'https://login.example.com', clientId: 'kiosk', verificationOrigins: [] },
  access: { requiredClaims: { groups: ['reception'] }, allowedScopes: ['visits.read'] },
  session: { idleMinutes: null },
  app: { url: 'https://reception.example.com/kiosk', apiOrigins: ['https://api.example.com'] },
  screen: { sleepAfterMinutes: 30 },
  network: { proxy: 'http://proxy.example.com:3128', trustedCaFiles: ['ca.pem'] },
}
const validate = new Ajv2020({ strict: true, validateFormats: false, allowUnionTypes: true }).compile(kioskJsonSchema())

describe('the JSON Schema of kiosk.json', () => {
  it('describes every setting, and the table describes no other', () => {
    const paths = listSettings(kioskJsonSchema()).map(({ path }) => path)
    expect(paths.toSorted()).toEqual(Object.keys(SETTINGS).toSorted())
  })

  it.each(Object.entries(SETTINGS))('has sentences for %s', (_path, { says, remedy }) => {
    expect(says).toMatch(/^[^a-z].*\.$/)
    expect(remedy).toMatch(/^[A-Z].*\.$/)
  })

  it.each([
    ['a whole bundle', {}, true],
    ['an app that is left out', { app: null }, true],
    ['Entra ID without its tenant', { identity: { ...WHOLE.identity, provider: 'entra' } }, false],
    ['a misspelt setting', { sesion: {} }, false],
    ['a colour in words', { brand: { name: 'Contoso', background: 'red' } }, false],
    ['a language twice', { languages: ['de', 'de'] }, false],
    ['half a second', { session: { confirmSeconds: 5.5 } }, false],
    ['no brand', { brand: undefined }, false],
  ])('judges %s as the kiosk does', (_what, change, isGood) => {
    const content = JSON.parse(JSON.stringify({ ...WHOLE, ...change }))
    expect([validate(content), checkKioskConfig(content).ok]).toEqual([isGood, isGood])
  })

  it('never marks what a kiosk accepts', () => {
    const settings = listSettings(kioskJsonSchema()).map(({ path }) => path.split('.'))
    const values = fc.oneof(
      fc.constantFrom(null, true, 'none', ' #0B5CAD ', 'https://x.example', 'HTTPS://X.example', ' logo.svg', 'touch'),
      fc.integer({ min: 0, max: 30 }),
      fc.array(fc.constantFrom('en', 'de', 'camera', 'openid', 'https://x.example')),
      fc.jsonValue({ maxDepth: 2 }),
    )
    let accepted = 0
    fc.assert(
      fc.property(fc.constantFrom(...settings), values, (path, value) => {
        const content = changed(WHOLE, path, value)
        if (!checkKioskConfig(content).ok) return
        accepted += 1
        expect(validate(content), JSON.stringify([content, validate.errors])).toBe(true)
      }),
      { numRuns: 1500 },
    )
    expect(accepted).toBeGreaterThan(50)
  })
})

/** With one setting replaced; `*` is the first item of a list. */
function changed(content: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value
  const key = name === '*' ? '0' : name
  if (Array.isArray(content)) return [changed(content[0], rest, value)]
  const object = typeof content === 'object' && content !== null ? (content as Record<string, unknown>) : {}
  return { ...object, [key]: changed(object[key], rest, value) }
}

describe('wordsFor', () => {
  it.each([
    [['sites', 0, 'devices', 'DR-0042'], 'sites.*.devices'],
    [['access', 'requiredClaims', 'groups', 0], 'access.requiredClaims'],
    [['identity', 'constructor'], 'identity'],
  ])('finds what is said of %j', (path, named) => {
    expect(wordsFor(path)).toBe(SETTINGS[named])
  })
})
