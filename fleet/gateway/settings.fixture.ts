/** Settings as an operator would write them, with a provider of each kind, for the tests. */

export const SETTINGS = {
  version: 1,
  server: {
    name: 'kiosk-gateway.contoso.example',
    certificateFile: '/etc/digital-receptionist-gateway/server.crt',
    keyFile: '/etc/digital-receptionist-gateway/server.key',
  },
  devices: {
    caFile: '/etc/digital-receptionist-gateway/fleet-ca.crt',
    crlFile: '/etc/digital-receptionist-gateway/fleet-ca.crl',
    listFile: '/etc/digital-receptionist-gateway/devices.txt',
  },
  providers: [
    { kind: 'entra', tenantId: '8a6cbb1e-0f2d-4a5b-9d5e-2f1c8b7a6d5c' },
    { kind: 'okta', domain: 'contoso.okta.com', authorizationServerId: 'default' },
    {
      kind: 'oidc',
      endpoints: {
        discovery: 'https://login.example/.well-known/openid-configuration',
        keySet: 'https://keys.login.example/jwks',
        deviceAuthorization: 'https://login.example:8443/device/auth',
        token: 'https://login.example:8443/token',
      },
    },
  ],
}
