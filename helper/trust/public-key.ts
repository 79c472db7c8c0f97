/** A public key as the trust folder holds it, pinned to the one algorithm it is for. Never takes a private or a shared one. */
import { type CryptoKey, calculateJwkThumbprint, importJWK } from 'jose'
import { z } from 'zod'
import type { SigningAlgorithm } from './bundle-payload.ts'

export type TrustedKey = { keyId: string; algorithm: SigningAlgorithm; key: CryptoKey }

const shared = { kid: z.string().min(1).max(128).optional(), use: z.literal('sig').optional() }

/** RFC 7517 §4; whatever else an entry says of itself is none of ours. */
const jwkSchema = z.discriminatedUnion('kty', [
  z.object({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: z.string(),
    alg: z.enum(['EdDSA', 'Ed25519']).optional(),
    ...shared,
  }),
  z.object({
    kty: z.literal('EC'),
    crv: z.literal('P-256'),
    x: z.string(),
    y: z.string(),
    alg: z.literal('ES256').optional(),
    ...shared,
  }),
])
type PublicJwk = z.infer<typeof jwkSchema>

/** `d` is the private part of an OKP or EC key, `k` a shared secret. */
function hasSecret(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('d' in value || 'k' in value)
}

function algorithmOf({ kty }: PublicJwk): SigningAlgorithm {
  return kty === 'OKP' ? 'EdDSA' : 'ES256'
}

/**
 * @param value one entry of a JWK set
 * @returns the key, or what is wrong with it
 */
export async function readPublicKey(value: unknown): Promise<TrustedKey | { fault: string }> {
  if (hasSecret(value)) {
    return { fault: 'holds a private key or a shared secret, which no kiosk may have' }
  }
  const parsed = jwkSchema.safeParse(value)
  if (!parsed.success) return { fault: 'holds a key that is neither Ed25519 nor P-256 for signatures' }
  const jwk = parsed.data
  const algorithm = algorithmOf(jwk)
  try {
    const { kty, crv, x } = jwk
    const bare = jwk.kty === 'EC' ? { kty, crv, x, y: jwk.y } : { kty, crv, x }
    const key = await importJWK(bare, algorithm)
    if (key instanceof Uint8Array) return { fault: 'holds a shared secret' }
    return { keyId: jwk.kid ?? (await calculateJwkThumbprint(bare)), algorithm, key }
  } catch {
    return { fault: 'holds a key that is damaged' }
  }
}
