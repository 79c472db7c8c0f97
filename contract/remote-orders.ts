/** What operations may order a kiosk to do, and how the kiosk answers. Never carries a token, a code or a person's name. */
import { z } from 'zod'
import { deviceIdSchema } from './device-identity.ts'
import { kioskErrorCodeSchema } from './kiosk-error.ts'
import { sessionStateKindSchema } from './session-state.ts'

const DAY_SECONDS = 24 * 60 * 60

/** RFC 8725 §3.11: another kind of statement under the same key must never pass for one of these. */
export const ORDER_TYPE = 'kiosk-order+jws'
export const RECEIPT_TYPE = 'kiosk-receipt+jws'

/** RFC 7518 §3.1, RFC 8037 §3.1. Which one a key is for is decided by the key, never by what it has signed. */
export const ORDER_ALGORITHMS = ['EdDSA', 'ES256'] as const

/** A compact JWS in ASCII; what is larger is refused before it is read. A receipt holds the device's certificate. */
export const ORDER_SIZE_LIMIT_BYTES = 2_048
export const RECEIPT_SIZE_LIMIT_BYTES = 16_384

/** From `iat` to `exp`: as long as a kiosk has to remember an order that it has seen. */
export const ORDER_LIFE_LIMIT_SECONDS = 14 * DAY_SECONDS
/** What a kiosk lets its clock and the signer's differ by. */
export const ORDER_CLOCK_TOLERANCE_SECONDS = 60

/**
 * MQTT 5 §3.3.2.3.3 message expiry interval of every order. The broker counts it down while it keeps the order, which
 * tells the kiosk how long that was; longer than any order lives, so that an order that is too old is still receipted.
 */
export const ORDER_MESSAGE_EXPIRY_SECONDS = ORDER_LIFE_LIMIT_SECONDS + 2 * DAY_SECONDS

export const JWS_CONTENT_TYPE = 'application/jose'
export const STATE_CONTENT_TYPE = 'application/json'

/** All of them at QoS 1. `reported` and `presence` are retained; presence is also the kiosk's last will. */
export const TOPIC_KINDS = ['orders', 'receipts', 'reported', 'presence'] as const
export type TopicKind = (typeof TOPIC_KINDS)[number]

/** @param deviceId as in the certificate: it cannot hold a `/`, `+` or `#` */
export function topicOf(deviceId: string, kind: TopicKind): string {
  return `kiosks/${deviceId}/${kind}`
}

/** What an operator subscribes to, of every kiosk. */
export function topicFilterOf(kind: TopicKind): string {
  return `kiosks/+/${kind}`
}

/** @returns null for a topic of another shape */
export function readTopic(topic: string): { deviceId: string; kind: TopicKind } | null {
  const [root, deviceId, name, ...rest] = topic.split('/')
  const kind = TOPIC_KINDS.find((known) => known === name)
  if (root !== 'kiosks' || !kind || rest.length > 0 || !deviceIdSchema.safeParse(deviceId).success) return null
  return { deviceId: deviceId as string, kind }
}

export const ORDERS = [
  /** Ends the session, or the code on the screen; what the provider revokes is asked for as at every sign-out. */
  'revoke-session',
  /** Renews the session's tokens now: a provider that has ended the session says so. */
  'refresh-tokens',
  /** As `revoke-session`, and asks for a fresh code at once. */
  'restart-sign-in',
  /** As `revoke-session`, and destroys the device key: no copy of anything can ever be opened. */
  'wipe',
  /** Looks at the bundle's folder now, and answers what runs. */
  'reload-config',
  /** Answers what a technician would see, in the receipt. */
  'collect-diagnostics',
] as const
export const orderNameSchema = z.enum(ORDERS)
export type OrderName = z.infer<typeof orderNameSchema>

/** Random: at least 96 bits, base64url. */
export const orderIdSchema = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/)

/** Seconds since 1970, RFC 7519 §2. */
const numericDate = z.int().nonnegative().max(99_999_999_999)

export const orderHeaderSchema = z.strictObject({
  typ: z.literal(ORDER_TYPE),
  alg: z.enum(ORDER_ALGORITHMS),
  kid: z.string().min(1).max(128),
})

/** One order for one device. RFC 7519 §4.1 for the names. */
export const orderPayloadSchema = z.strictObject({
  aud: deviceIdSchema,
  jti: orderIdSchema,
  iat: numericDate,
  exp: numericDate,
  order: orderNameSchema,
})
export type OrderPayload = z.infer<typeof orderPayloadSchema>

/** Why a kiosk did not carry out what it was sent, in the order in which it looks. */
const ORDER_REFUSALS = [
  'too-large',
  /** No compact JWS. */
  'not-signed',
  /** Another `typ`, such as that of a bundle or a receipt. */
  'wrong-kind',
  /** This kiosk pins no key for orders, or another one. */
  'unknown-key',
  /** Not the one that the key is for: `none`, HS256 with the public key. */
  'wrong-algorithm',
  'wrong-signature',
  /** Signed, but not what an order says. */
  'malformed',
  'unknown-order',
  'wrong-device',
  'lifetime-too-long',
  'replayed',
  'not-valid-yet',
  'expired',
  /** The memory for orders that were seen is full. */
  'too-many',
] as const
const orderRefusalSchema = z.enum(ORDER_REFUSALS)
export type OrderRefusal = z.infer<typeof orderRefusalSchema>

/** What was done about an order; several may stand side by side. */
const ORDER_DEEDS = [
  'session-ended',
  'sign-in-abandoned',
  /** There was no session, no code and no question. */
  'nothing-to-end',
  /** RFC 7009, within what the provider offers; Entra ID has no such endpoint. */
  'revocation-asked',
  'revocation-not-offered',
  'tokens-renewed',
  'code-requested',
  /** None could be asked for now: the kiosk's own limit is reached, or it is starting anew. */
  'no-code-yet',
  'vault-destroyed',
  'bundle-unchanged',
  /** Shown already, or as soon as it disturbs nobody. */
  'bundle-taken',
  'diagnostics-collected',
] as const
export type OrderDeed = (typeof ORDER_DEEDS)[number]

/** Why an order that was accepted had no effect. */
const ORDER_FAILURES = [
  /** Nobody is signed in, so that there are no tokens to renew. */
  'no-session',
  /** The provider gave no refresh token. */
  'not-renewable',
  /** The provider refused: the session has ended. */
  'session-lost',
  /** The provider could not be asked in time; the kiosk goes on trying. */
  'provider-unreachable',
  /** The kiosk may not ask for a code now: its own limit, or the provider's. */
  'sign-in-waits',
  'not-provisioned',
  /** Each start of the helper tries again. */
  'vault-not-destroyed',
  'bundle-refused',
  'unexpected',
] as const
export type OrderFailure = (typeof ORDER_FAILURES)[number]

/** ASCII in lines; what a technician takes away as a QR code. */
const diagnosticsText = z
  .string()
  .max(4_096)
  .regex(/^[ -~\n]*$/)

const orderOutcomeSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('done'),
    did: z.array(z.enum(ORDER_DEEDS)).max(ORDER_DEEDS.length),
    diagnostics: diagnosticsText.optional(),
  }),
  z.strictObject({
    kind: z.literal('refused'),
    reason: orderRefusalSchema,
    /** Refusals since the last receipt of one that were only counted: nobody without a key can flood trail or operators. */
    unreceiptedBefore: z.int().positive().optional(),
  }),
  z.strictObject({
    kind: z.literal('failed'),
    reason: z.enum(ORDER_FAILURES),
    /** The fault behind it, where it has a code. */
    code: kioskErrorCodeSchema.nullable(),
  }),
])
export type OrderOutcome = z.infer<typeof orderOutcomeSchema>

export const receiptHeaderSchema = z.strictObject({
  typ: z.literal(RECEIPT_TYPE),
  /** By the kind of the device's key. */
  alg: z.enum(['ES256', 'EdDSA', 'PS256']),
  /** RFC 7515 §4.1.6: the device's certificate, for whoever holds the fleet's authority. */
  x5c: z.array(z.string().max(8_192)).min(1).max(4),
})

const epochMs = z.number().nonnegative()

/** Which clock told a time: the provider's by TLS, the broker's and the signer's as a lower bound, or only the kiosk's own. */
const orderClockSchema = z.enum(['provider', 'broker', 'own'])

export const receiptPayloadSchema = z.strictObject({
  deviceId: deviceIdSchema,
  /** SHA-256 of what was sent, as it came, in base64url: names also what could not be read. */
  orderHash: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  /** As in the order; null where no pinned key had signed it, so that nobody may have said so. */
  orderId: orderIdSchema.nullable(),
  order: orderNameSchema.nullable(),
  outcome: orderOutcomeSchema,
  /** What was on the screen when it came. */
  metIn: sessionStateKindSchema,
  /** By `clock`, which also judged it. */
  receivedAtEpochMs: epochMs,
  /** By the same, or by `finishedClock`. */
  finishedAtEpochMs: epochMs,
  clock: orderClockSchema,
  /** Where a later helper carried it out, perhaps days afterwards: the clock that told when. */
  finishedClock: orderClockSchema.optional(),
})
export type ReceiptPayload = z.infer<typeof receiptPayloadSchema>
