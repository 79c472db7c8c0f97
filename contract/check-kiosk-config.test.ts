import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkKioskConfig } from './check-kiosk-config.ts'

const WHOLE = {
  version: 1,
  brand: { name: 'Contoso Reception' },
  identity: { provider: 'oidc', issuer: 'https://login.example.com', clientId: 'kiosk' },
}

function faultsOf(content: unknown): string[] {
  const checked = checkKioskConfig(content)
  return checked.ok ? [] : checked.faults.map(({ path, what }) => `${path} ${what}`)
}

const TENANT = '11111111-2222-3333-4444-55555555abcd'
const CLIENT = '66666666-7777-8888-9999-000000000000'
const NOT_ISSUER = 'identity.issuer is not the issuer of this tenant'

const notColor = (path: string) => `${path} is not a colour such as "#0b5cad"`

describe('checkKioskConfig', () => {
  it('fills in what a small bundle leaves out', () => {
    const checked = checkKioskConfig(WHOLE)
    expect(checked).toMatchObject({
      ok: true,
      config: {
        development: false,
        identity: { scopes: ['openid', 'profile', 'offline_access'], verificationOrigins: [] },
        screen: { display: 'primary', dimAfterSeconds: 180, sleepAfterMinutes: null },
        session: { start: 'touch', confirmSeconds: 60, maxUnattendedCodes: 3, shiftHours: 12 },
        network: { trustedCaFiles: [] },
      },
    })
  })

  it('names every fault at once, with its path and what to do', () => {
    const content = { version: 2, brand: { name: ' ' }, identity: { provider: 'x', issuer: 'ftp://x' }, colour: 'red' }
    const checked = checkKioskConfig(content)
    expect(faultsOf(content)).toEqual([
      'version expected 1',
      'brand.name is empty',
      'identity.provider expected one of "entra"|"okta"|"descope"|"pymthouse"|"oidc"',
      'identity.issuer is not an https URL',
      'identity.clientId is missing',
      'colour is not a setting of this version',
    ])
    if (!checked.ok) for (const { remedy } of checked.faults) expect(remedy).toMatch(/\w.+\.$/)
  })

  it('says what a display may be, and when it may dim and sleep', () => {
    const screen = { display: ' ', dimAfterSeconds: 5, sleepAfterMinutes: 0, brightness: 1 }
    const checked = checkKioskConfig({ ...WHOLE, screen })
    expect(checked.ok ? [] : checked.faults.map(({ path, remedy }) => `${path}: ${remedy}`)).toEqual([
      'screen.display: Set "primary", "internal", "external", or the display’s name as the operating system shows it.',
      'screen.dimAfterSeconds: Set whole seconds from 10 to 86400, or null to keep the screen bright.',
      'screen.sleepAfterMinutes: Set minutes from 0.25 to 1440, or null to keep the display on.',
      'screen.brightness: Check the spelling, or remove it. screen knows display, dimAfterSeconds, sleepAfterMinutes.',
    ])
    const never = { display: 'LG TV', dimAfterSeconds: null, sleepAfterMinutes: null }
    expect(checkKioskConfig({ ...WHOLE, screen: never })).toMatchObject({ ok: true, config: { screen: never } })
  })

  it.each([
    [{ logo: 'logo.svg', colors: { primary: '#0B5CAD', accent: '#e4572e' }, background: '#10202c' }, []],
    [{ logo: '../logo.svg' }, ['brand.logo names a path (../logo.svg), not a file of the bundle']],
    [{ logo: 'C:\\logo.svg' }, ['brand.logo names a path (C:\\logo.svg), not a file of the bundle']],
    [{ logo: '..' }, ['brand.logo names a path (..), not a file of the bundle']],
    [{ logo: '' }, ['brand.logo is empty']],
    [{ colors: { primary: 'blue', accent: '#123' } }, ['brand.colors.primary', 'brand.colors.accent'].map(notColor)],
    [{ colors: { primary: '#0b5cad' } }, ['brand.colors.accent is missing']],
    [{ background: 'url(http://x)' }, [notColor('brand.background')]],
    [{ colour: '#0b5cad' }, ['brand.colour is not a setting of this version']],
  ])('judges the brand %j', (brand, faults) => {
    const content = { ...WHOLE, brand: { name: 'Contoso', ...brand } }
    expect(faultsOf(content)).toEqual(faults)
    const checked = checkKioskConfig(content)
    if (!checked.ok) for (const { remedy } of checked.faults) expect(remedy).toMatch(/\w.+\.$/)
  })

  it.each([
    ['nothing', undefined, [' is missing']],
    ['an empty object', {}, ['version is missing', 'brand is missing', 'identity is missing']],
    ['a list', [], [' expected object, received array']],
  ])('says what is wrong with %s', (_what, content, faults) => {
    expect(faultsOf(content)).toEqual(faults)
  })

  it.each([
    ['https', 'https://login.example.com', false, []],
    ['http on loopback in development', 'http://127.0.0.1:8080', true, []],
    [
      'http on loopback otherwise',
      'http://127.0.0.1:8080',
      false,
      ['identity.issuer is an http URL, which only a development bundle may use'],
    ],
    ['http elsewhere, even in development', 'http://login.example.com', true, ['identity.issuer is not an https URL']],
    ['a look-alike of loopback', 'http://localhost.example.com', true, ['identity.issuer is not an https URL']],
    ['no URL', 'login.example.com', false, ['identity.issuer is not an https URL']],
  ])('judges an issuer over %s', (_what, issuer, development, faults) => {
    expect(faultsOf({ ...WHOLE, development, identity: { ...WHOLE.identity, issuer } })).toEqual(faults)
  })

  it('wants to know the tenant of an Entra bundle, which any tenant could enter otherwise', () => {
    const entra = { ...WHOLE.identity, provider: 'entra' }
    expect(faultsOf({ ...WHOLE, identity: entra })).toEqual(['identity.tenantId is missing, which Entra ID needs'])
    expect(faultsOf({ ...WHOLE, identity: { ...entra, tenantId: TENANT } })).toEqual([])
  })

  it.each([
    ['none', []],
    ['system', []],
    ['http://proxy.example.com:3128', []],
    ['proxy.example.com:3128', ['network.proxy is neither "none", "system" nor an http(s) URL']],
    ['http://me:secret@proxy.example.com', ['network.proxy carries credentials, and a bundle must hold no secret']],
  ])('judges the proxy %s', (proxy, faults) => {
    expect(faultsOf({ ...WHOLE, network: { proxy } })).toEqual(faults)
  })

  it.each([
    [undefined, []],
    [{ requiredClaims: { roles: ['kiosk-installer'] } }, []],
    [{}, ['activation.requiredClaims is missing']],
    [{ requiredClaims: {} }, ['activation.requiredClaims names no claim']],
    [{ requiredClaims: { roles: [] } }, ['activation.requiredClaims.roles ']],
    [{ roles: 'kiosk-installer' }, ['activation.requiredClaims is missing', 'activation.roles is not a setting']],
  ])('takes %o for who may activate a kiosk, or names what is wrong', (activation, faults) => {
    const found = faultsOf({ ...WHOLE, activation })
    expect(found.map((fault, index) => fault.slice(0, faults[index]?.length))).toEqual(faults)
  })

  it.each([
    [{ requiredClaims: { groups: 'reception', department: ['north', 'south'] } }, []],
    [{ requiredClaims: { groups: 7 } }, ['access.requiredClaims.groups is neither a value nor a list of values']],
    [{ requiredScopes: 'visits.read' }, ['access.requiredScopes expected array, received string']],
  ])('judges the access rule %j', (access, faults) => {
    expect(faultsOf({ ...WHOLE, access })).toEqual(faults)
  })

  const APP_URL = 'is not an https URL without credentials, such as "https://reception.example.com/kiosk"'
  const API_ORIGIN = 'is not an https origin, such as "https://api.example.com"'
  it.each([
    [null, []],
    [{ url: 'https://reception.example.com/kiosk?lobby=1' }, []],
    [{ url: 'https://r.example', apiOrigins: ['https://api.example:8443'], permissions: ['camera'] }, []],
    [{ url: 'http://r.example' }, [`app.url ${APP_URL}`]],
    [{ url: 'https://me:secret@r.example' }, [`app.url ${APP_URL}`]],
    [{ url: 'javascript:alert(1)' }, [`app.url ${APP_URL}`]],
    [{ url: 'https://r.example', apiOrigins: ['https://api.example/v1'] }, [`app.apiOrigins.0 ${API_ORIGIN}`]],
    [{ url: 'https://r.example', apiOrigins: ['https://API.example'] }, [`app.apiOrigins.0 ${API_ORIGIN}`]],
    [{ url: 'https://r.example', apiOrigins: ['https://api.example:443'] }, [`app.apiOrigins.0 ${API_ORIGIN}`]],
    [{ url: 'https://r.example', apiOrigins: ['*'] }, [`app.apiOrigins.0 ${API_ORIGIN}`]],
    [
      { url: 'http://localhost:8080', apiOrigins: ['http://127.0.0.1:8081'] },
      [
        'app.url is an http URL, which only a development bundle may use',
        'app.apiOrigins.0 is an http URL, which only a development bundle may use',
      ],
    ],
    [{ apiOrigins: [] }, ['app.url is missing']],
    [{ url: 'https://r.example', permissions: ['usb'] }, ['app.permissions.0 expected one of "camera"|"microphone"']],
  ])('judges the reception app %j', (app, faults) => {
    expect(faultsOf({ ...WHOLE, app })).toEqual(faults)
  })

  it('lets a development bundle host an app over http on this machine', () => {
    const app = { url: 'http://localhost:8080', apiOrigins: ['http://127.0.0.1:8081'] }
    expect(faultsOf({ ...WHOLE, development: true, app })).toEqual([])
  })

  it('speaks up about http even while other settings are faulty', () => {
    const faults = faultsOf({ version: 1, identity: { ...WHOLE.identity, issuer: 'http://localhost:1' } })
    expect(faults).toEqual([
      'brand is missing',
      'identity.issuer is an http URL, which only a development bundle may use',
    ])
  })

  it.each([
    [{ clientId: 'kiosk' }, 'clientId: Write it as identity.clientId, or remove it.'],
    [{ Languages: ['de'] }, 'Languages: Write it as languages, or remove it.'],
    [{ client_secret: 'x' }, 'client_secret: Remove it: kiosks are public clients, and a bundle holds no secret.'],
    [
      { sites: [{ place: 'B4', devices: {}, floor: 1 }] },
      'sites.0.floor: Check the spelling, or remove it. sites.* knows place, devices.',
    ],
    [
      { brand: { name: 'Contoso', colors: { primary: '#000000', accent: '#000000', third: '#000000' } } },
      'brand.colors.third: Check the spelling, or remove it. brand.colors knows primary, accent.',
    ],
  ])('knows where the setting of %j belongs', (change, said) => {
    const checked = checkKioskConfig({ ...WHOLE, ...change })
    expect(checked.ok ? [] : checked.faults.map(({ path, remedy }) => `${path}: ${remedy}`)).toEqual([said])
  })

  it.each([
    [`https://login.microsoftonline.com/${TENANT}/v2.0`, TENANT, CLIENT, []],
    [`https://login.microsoftonline.us/${TENANT}/v2.0`, TENANT, CLIENT, []],
    [`https://login.microsoftonline.com/${TENANT}`, TENANT, CLIENT, [NOT_ISSUER]],
    ['https://login.microsoftonline.com/common/v2.0', TENANT, CLIENT, [NOT_ISSUER]],
    ['https://sts.windows.net/contoso.com/', 'contoso.com', CLIENT, ['identity.tenantId is not the id of a tenant']],
    [
      `https://login.microsoftonline.com/${TENANT.toUpperCase()}/v2.0`,
      TENANT.toUpperCase(),
      CLIENT,
      ['identity.tenantId has capital letters, and Entra ID’s tokens name it without', NOT_ISSUER],
    ],
    [
      `https://login.microsoftonline.com/${TENANT}/v2.0`,
      TENANT,
      'kiosk',
      ['identity.clientId is not the id of an application'],
    ],
    [`https://login.microsoftonline.com/${TENANT}/v2.0`, TENANT, TENANT, ['identity.clientId is the id of the tenant']],
    ['https://localhost.example/entra-like', TENANT, 'kiosk', []],
  ])('compares the issuer %s with the tenant %s and the client %s', (address, tenantId, clientId, faults) => {
    const identity = { provider: 'entra', issuer: address, clientId, tenantId }
    expect(faultsOf({ ...WHOLE, identity })).toEqual(faults)
  })

  it('tells the issuer of a tenant in lower case, as Entra ID names it', () => {
    const issuer = `https://login.microsoftonline.com/${TENANT.toUpperCase()}/v2.0`
    const identity = { provider: 'entra', issuer, clientId: CLIENT, tenantId: TENANT.toUpperCase() }
    const checked = checkKioskConfig({ ...WHOLE, identity })
    expect(checked.ok ? [] : checked.faults.map(({ remedy }) => remedy)).toEqual([
      `Set "${TENANT}".`,
      `Set "https://login.microsoftonline.com/${TENANT}/v2.0".`,
    ])
  })

  it.each([
    ['https://user:hunter2@login.example.com', 'names a user or a password, and a bundle holds no secret'],
    ['https://login.example.com/?tenant=1', 'has a query or a fragment'],
    ['https://login.example.com/#top', 'has a query or a fragment'],
    ['https://login.example.com/.well-known/openid-configuration', 'is the address of a document'],
  ])('takes %s for no issuer', (issuer, what) => {
    const checked = checkKioskConfig({ ...WHOLE, identity: { ...WHOLE.identity, issuer } })
    expect(faultsOf({ ...WHOLE, identity: { ...WHOLE.identity, issuer } })).toEqual([`identity.issuer ${what}`])
    expect(JSON.stringify(checked)).not.toContain('hunter2')
  })

  it('refuses two scopes in one', () => {
    const identity = { ...WHOLE.identity, scopes: ['openid', 'profile offline_access'] }
    expect(faultsOf({ ...WHOLE, identity })).toEqual(['identity.scopes.1 holds a space'])
  })

  it('refuses a rule that nobody could pass', () => {
    const access = { requiredScopes: ['visits.read'], allowedScopes: ['visits.write'] }
    expect(faultsOf({ ...WHOLE, access })).toEqual(['access.allowedScopes leaves out a scope that is required'])
  })

  it('answers whatever JSON there is with a config or with faults that say what to do', () => {
    const names = fc.constantFrom('version', 'brand', 'identity', 'sites', 'app', 'access', '__proto__', 'constructor')
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(names, fc.jsonValue())), (content) => {
        const checked = checkKioskConfig(JSON.parse(JSON.stringify(content)))
        if (checked.ok) return
        expect(checked.faults.length).toBeGreaterThan(0)
        for (const { what, remedy } of checked.faults) {
          expect(what).toMatch(/\S/)
          expect(remedy).toMatch(/^[A-Z].*\.$/)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('quotes no value of a setting that could be a secret put in the wrong place', () => {
    const secret = 'hunter2-hunter2'
    const settings = {
      version: secret,
      development: secret,
      identity: { provider: secret, issuer: secret },
      app: secret,
    }
    expect(JSON.stringify(checkKioskConfig(settings))).not.toContain(secret)
  })
})
