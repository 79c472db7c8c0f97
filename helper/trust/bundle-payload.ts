/** What the signature of a bundle says, and how such a signature looks. Pure. Holds no key. */
import { z } from 'zod'

export const SIGNATURE_FILE = 'bundle.jws'

/** RFC 8725 §3.11: another kind of statement under the same key must never pass for a bundle. */
export const BUNDLE_TYPE = 'kiosk-bundle+jws'

/** A kiosk's bundle has a handful; a list that is longer is none. */
export const FILE_COUNT_LIMIT = 64

const sha256 = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const fileName = z.string().regex(/^(?!\.{1,2}$)[^/\\\0]{1,255}$/)

export const bundlePayloadSchema = z.strictObject({
  /** Rises with every bundle that is signed. */
  version: z.int().positive(),
  issuedAt: z.iso.datetime(),
  /** SHA-256 of every file but the signature, in base64url. */
  files: z.record(fileName, sha256),
})
export type BundlePayload = z.infer<typeof bundlePayloadSchema>

/** RFC 7518 §3.1, RFC 8037 §3.1. Which one a key is for is decided by the key, never by what it has signed. */
export const SIGNING_ALGORITHMS = ['EdDSA', 'ES256'] as const
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number]
