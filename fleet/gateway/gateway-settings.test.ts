import { describe, expect, it } from 'vitest'
import { checkGatewaySettings } from './gateway-settings.ts'
import { SETTINGS } from './settings.fixture.ts'

const faultsOf = (content: unknown) => {
  const checked = checkGatewaySettings(content)
  return checked.ok ? [] : checked.faults
}

/** A copy with one setting changed; `undefined` takes it out. */
function changed(path: string, value: unknown): unknown {
  const copy = structuredClone(SETTINGS) as Record<string, unknown>
  const names = path.split('.')
  const last = names.pop() ?? ''
  let at = copy
  for (const name of names) at = at[name] as Record<string, unknown>
  if (value === undefined) delete at[last]
  else at[last] = value
  return copy
}

describe('the settings of a gateway', () => {
  it('are good as documented, and say the rest by themselves', () => {
    const checked = checkGatewaySettings(SETTINGS)
    expect(checked).toMatchObject({
      ok: true,
      settings: {
        server: { listen: ['443'] },
        devices: { subjectSuffix: '', chainDepth: 1 },
        limits: { bodyKib: 16, codesPerMinute: 4 },
        folders: { run: '/run/digital-receptionist-gateway' },
      },
    })
  })

  it.each([
    ['server.name', 'gateway.example;', /host name/],
    ['server.name', 'Gateway.example', /lower case/],
    ['server.name', undefined, /missing/],
    ['server.listen', ['443 default_server'], /port/],
    ['server.certificateFile', 'server.crt', /absolute path/],
    ['server.certificateFile', '/etc/a b', /absolute path/],
    ['server.keyFile', '/etc/a;}', /absolute path/],
    ['server.user', 'root;', /account/],
    ['devices.subjectSuffix', ',O="x"', /rest of a subject/],
    ['devices.issuer', '', /Too small|subject/],
    ['devices.chainDepth', 0, /./],
    ['providers', [], /no provider/],
    ['providers.0', { kind: 'saml' }, /"kind"/],
    ['providers.0', { kind: 'entra', tenantId: 'common' }, /shared by every tenant/],
    ['providers.0', { kind: 'entra', tenantId: '../x' }, /letters/],
    ['providers.0', { kind: 'okta', domain: 'a.okta.com/x' }, /host name/],
    ['providers.0', { kind: 'okta', domain: 'a.okta.com', authorizationServerId: '..' }, /letters/],
    ['providers.2.endpoints.token', 'http://login.example/token', /https/],
    ['providers.2.endpoints.token', 'https://login.example/a/../token', /https/],
    ['providers.2.endpoints.token', 'https://login.example/token?a=b', /without a query/],
    ['providers.2.endpoints.token', 'https://login.example/a%2fb', /plain letters/],
    ['providers.2.endpoints.token', 'https://login.example/$host', /plain letters/],
    ['providers.2.endpoints.token', 'https://somebody@login.example/token', /https/],
    ['providers.2.endpoints.token', 'https://login.example', /path/],
    ['limits', { codesPerMinute: 0 }, /./],
    ['limits', { codesPerHour: 1 }, /not a setting/],
    ['version', 2, /is not 1/],
  ])('say what is wrong with %s: %j', (path, value, words) => {
    const faults = faultsOf(changed(path, value))
    expect(faults).toHaveLength(1)
    expect(faults[0]?.path.startsWith(path)).toBe(true)
    expect(faults[0]?.what).toMatch(words)
  })

  it('name every fault at once', () => {
    expect(faultsOf({ version: 1, server: {}, devices: {}, providers: [{}] }).map(({ path }) => path)).toEqual([
      'server.name',
      'server.certificateFile',
      'server.keyFile',
      'devices.caFile',
      'devices.crlFile',
      'devices.listFile',
      'providers.0.kind',
    ])
  })
})
