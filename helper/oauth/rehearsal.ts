/** Plays one exchange with itself, so that the first person does not wait for code to be loaded. Talks to nobody. */
import type { webcrypto } from 'node:crypto'
import * as openid from 'openid-client'

/** RFC 2606 §2: nobody can ever have this name. */
const ISSUER = 'https://rehearsal.invalid'
const ME = 'rehearsal'

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

async function signIdToken(key: webcrypto.CryptoKey): Promise<string> {
  const nowSeconds = Math.floor(Date.now() / 1000)
  const claims = { iss: ISSUER, aud: ME, sub: ME, iat: nowSeconds, exp: nowSeconds + 60 }
  const content = `${encode({ alg: 'ES256', kid: ME })}.${encode(claims)}`
  const signature = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key, Buffer.from(content))
  return `${content}.${Buffer.from(signature).toString('base64url')}`
}

/**
 * Redeems a code of its own making with a key of its own making, through the same library and the same checks.
 *
 * @returns the subject of the rehearsed ID token
 */
export async function rehearseExchange(grantType: string): Promise<string | undefined> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])
  const idToken = await signIdToken(privateKey)
  const jwk = { ...(await crypto.subtle.exportKey('jwk', publicKey)), kty: 'EC', kid: ME, alg: 'ES256', use: 'sig' }
  const metadata = { issuer: ISSUER, token_endpoint: `${ISSUER}/token`, jwks_uri: `${ISSUER}/keys` }
  const algorithms = { id_token_signing_alg_values_supported: ['ES256'] }
  const configuration = new openid.Configuration({ ...metadata, ...algorithms }, ME, {}, openid.None())
  configuration[openid.customFetch] = async () =>
    Response.json({ token_type: 'Bearer', access_token: ME, expires_in: 60, id_token: idToken })
  openid.enableNonRepudiationChecks(configuration)
  openid.setJwksCache(configuration, { jwks: { keys: [jwk] }, uat: Math.floor(Date.now() / 1000) })
  const answer = await openid.genericGrantRequest(configuration, grantType, { device_code: ME })
  return answer.claims()?.sub
}
