/** The device flow as openid-client's README shows it. Adds nothing to it: no retry, no option. */
import * as client from 'openid-client'
import { readPeerArguments, runPeer, tellCode, tellToken } from './peer-program.ts'

const { issuer, clientId, scope, signIns } = readPeerArguments()
let config: client.Configuration | undefined

await runPeer(signIns, async () => {
  // The README leaves the client's way to authenticate out, which means a secret; a public client has none.
  config ??= await client.discovery(new URL(issuer), clientId, undefined, client.None())
  const response = await client.initiateDeviceAuthorization(config, { scope })
  tellCode(response.user_code)
  const tokens = await client.pollDeviceAuthorizationGrant(config, response)
  tellToken(tokens.access_token)
})
