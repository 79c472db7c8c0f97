/** Changes ID tokens and signs them again. Its keys are throwaway keys, of the provider at hand or of nobody. */
import type { KeyObject } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, type JWTHeaderParameters, SignJWT } from 'jose'
import { generateSigningKey } from '../identity-provider/provider-configuration.ts'
import type { Fault, JsonObject } from './fault.ts'

export type TokenForge = {
  forge(idToken: string, how: Omit<Extract<Fault, { kind: 'forgeIdToken' }>, 'kind'>): Promise<string>
  /** As if the provider's clock were so many seconds ahead. */
  shiftClock(idToken: string, seconds: number): Promise<string>
}

const CLOCK_CLAIMS = ['iat', 'exp', 'nbf', 'auth_time']

function shiftClaims(claims: JsonObject, seconds: number): JsonObject {
  const shifted = { ...claims }
  for (const name of CLOCK_CLAIMS) {
    const value = shifted[name]
    if (typeof value === 'number') shifted[name] = value + seconds
  }
  return shifted
}

function encode(part: JsonObject): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}

/** @param providerKey the private key with which the provider signs now */
export function createTokenForge(providerKey: () => KeyObject): TokenForge {
  let strangerKey: Promise<KeyObject> | undefined
  const stranger = (): Promise<KeyObject> => {
    strangerKey ??= generateSigningKey()
    return strangerKey
  }

  const forge: TokenForge['forge'] = async (idToken, { claims, header, key }) => {
    const realClaims: JsonObject = decodeJwt(idToken)
    const realHeader: JsonObject = { ...decodeProtectedHeader(idToken) }
    const forgedClaims = claims ? claims(realClaims) : realClaims
    const forgedHeader = header ? header(realHeader) : realHeader
    // RFC 7519 §6.1: an unsecured JWT ends with an empty signature.
    if (key === 'none') return `${encode({ ...forgedHeader, alg: 'none' })}.${encode(forgedClaims)}.`
    const signingKey = key === 'provider' ? providerKey() : await stranger()
    return new SignJWT(forgedClaims).setProtectedHeader(forgedHeader as JWTHeaderParameters).sign(signingKey)
  }

  return {
    forge,
    shiftClock: (idToken, seconds) =>
      forge(idToken, { key: 'provider', claims: (claims) => shiftClaims(claims, seconds) }),
  }
}
