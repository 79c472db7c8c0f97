/** The device code client as MSAL Node's sample calls it, set up for an OIDC authority as its documentation says. */
import { LogLevel, ProtocolMode, PublicClientApplication } from '@azure/msal-node'
import { readPeerArguments, runPeer, tellCode, tellToken } from './peer-program.ts'

const { issuer, clientId, scope, signIns } = readPeerArguments()

// MSAL Node speaks Entra ID's older dialect whatever the protocol mode: it asks for codes beside the token endpoint and
// calls the grant `device_code`. Both are put into RFC 8628's words; all else is left to MSAL and its own HTTP client.
const RFC_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
const send = globalThis.fetch
let deviceAuthorizationEndpoint = `${issuer}/devicecode`

globalThis.fetch = async (target, init) => {
  const url = String(target)
  if (url === `${issuer}/devicecode`) return send(deviceAuthorizationEndpoint, init)
  if (typeof init?.body === 'string') {
    const form = new URLSearchParams(init.body)
    if (form.get('grant_type') === 'device_code') form.set('grant_type', RFC_GRANT)
    return send(url, { ...init, body: form.toString() })
  }
  const response = await send(url, init)
  if (url.endsWith('/.well-known/openid-configuration')) await noteEndpoint(response.clone())
  return response
}

async function noteEndpoint(discovery: Response): Promise<void> {
  const metadata = (await discovery.json().catch(() => ({}))) as { device_authorization_endpoint?: string }
  deviceAuthorizationEndpoint = metadata.device_authorization_endpoint ?? deviceAuthorizationEndpoint
}

const application = new PublicClientApplication({
  auth: { clientId, authority: issuer, knownAuthorities: [new URL(issuer).host] },
  system: { protocolMode: ProtocolMode.OIDC, loggerOptions: { logLevel: LogLevel.Error, loggerCallback: () => {} } },
})

await runPeer(signIns, async () => {
  const result = await application.acquireTokenByDeviceCode({
    scopes: scope.split(' '),
    deviceCodeCallback: ({ userCode }) => tellCode(userCode),
  })
  if (!result) throw new Error('MSAL ended without a result')
  tellToken(result.accessToken)
})
