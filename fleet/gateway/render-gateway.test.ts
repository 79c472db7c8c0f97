import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkGatewaySettings, type GatewaySettings } from './gateway-settings.ts'
import { listEndpoints } from './provider-endpoints.ts'
import { renderGateway } from './render-gateway.ts'
import { SETTINGS } from './settings.fixture.ts'

const TEMPLATE = readFileSync(join(import.meta.dirname, 'nginx.conf.template'), 'utf8')

function settingsOf(content: unknown): GatewaySettings {
  const checked = checkGatewaySettings(content)
  if (!checked.ok) throw new Error(JSON.stringify(checked.faults))
  return checked.settings
}

const render = (content: unknown = SETTINGS) => renderGateway(TEMPLATE, settingsOf(content), [])

describe('the endpoints of a provider', () => {
  const [entra, okta, oidc] = settingsOf(SETTINGS).providers.map((provider) =>
    listEndpoints(provider).map(({ method, host, path }) => `${method} ${host}${path}`),
  )

  it('are those of the tenant at Entra ID, which has no revocation', () => {
    const tenant = 'login.microsoftonline.com/8a6cbb1e-0f2d-4a5b-9d5e-2f1c8b7a6d5c'
    expect(entra).toEqual([
      `GET ${tenant}/v2.0/.well-known/openid-configuration`,
      `GET ${tenant}/discovery/v2.0/keys`,
      `POST ${tenant}/oauth2/v2.0/devicecode`,
      `POST ${tenant}/oauth2/v2.0/token`,
    ])
  })

  it('are those of the authorization server at Okta', () => {
    expect(okta).toEqual([
      'GET contoso.okta.com/oauth2/default/.well-known/openid-configuration',
      'GET contoso.okta.com/oauth2/default/v1/keys',
      'POST contoso.okta.com/oauth2/default/v1/device/authorize',
      'POST contoso.okta.com/oauth2/default/v1/token',
      'POST contoso.okta.com/oauth2/default/v1/revoke',
    ])
  })

  it('are the org’s own at Okta where no authorization server is named', () => {
    const [org] = settingsOf({ ...SETTINGS, providers: [{ kind: 'okta', domain: 'contoso.okta.com' }] }).providers
    expect(org && listEndpoints(org).map(({ path }) => path)).toEqual([
      '/.well-known/openid-configuration',
      '/oauth2/v1/keys',
      '/oauth2/v1/device/authorize',
      '/oauth2/v1/token',
      '/oauth2/v1/revoke',
    ])
  })

  it('are as written for any other, each on its own host', () => {
    expect(oidc).toEqual([
      'GET login.example/.well-known/openid-configuration',
      'GET keys.login.example/jwks',
      'POST login.example:8443/device/auth',
      'POST login.example:8443/token',
    ])
  })
})

describe('the rendered configuration', () => {
  it('has an upstream for each host and fixed addresses behind it', () => {
    const text = render()
    expect(text.match(/^ {4}server .*;$/gm)).toEqual([
      '    server login.microsoftonline.com:443;',
      '    server contoso.okta.com:443;',
      '    server login.example:443;',
      '    server keys.login.example:443;',
      '    server login.example:8443;',
    ])
    const passes = text.match(/proxy_pass .*;/g) ?? []
    expect(passes).toHaveLength(13)
    for (const pass of passes) expect(pass).toMatch(/^proxy_pass https:\/\/provider_\d(\/[A-Za-z0-9._-]+)+;$/)
  })

  it('leaves no placeholder', () => {
    expect(render()).not.toContain('{{')
  })

  it('escapes what follows the name in a subject, and the issuer’s, letter by letter', () => {
    const devices = { ...SETTINGS.devices, subjectSuffix: ',OU=A.B+C', issuer: 'CN=Kiosks (1)' }
    const text = render({ ...SETTINGS, devices })
    expect(text).toContain('\\x{2c}OU\\x{3d}A\\x{2e}B\\x{2b}C\\z" $certified_id;')
    expect(text).toContain('default 0;\n    "~^CN\\x{3d}Kiosks\\x{20}\\x{28}1\\x{29}\\z" 1;')
  })

  it('says in Retry-After when the next request is due', () => {
    const text = render({ ...SETTINGS, limits: { codesPerMinute: 7, tokensPerMinute: 60, othersPerMinute: 120 } })
    expect(text).toMatch(/device-authorization 9;\s+token 1;\s+revocation 1;/)
    expect(text).toContain('zone=codes:10m rate=7r/m;')
  })

  it('does not take one address from two providers', () => {
    const [, okta] = SETTINGS.providers
    expect(() => render({ ...SETTINGS, providers: [okta, okta] })).toThrow(/contoso\.okta\.com.* twice/)
  })
})
