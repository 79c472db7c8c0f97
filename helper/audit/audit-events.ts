/** What the audit trail can say: a closed union with closed fields. Has no place for a token, a code or a person's name. */
import { z } from 'zod'
import { kioskErrorCodeSchema } from '../../contract/kiosk-error.ts'
import { endReasonSchema } from '../../contract/session-state.ts'
import { technicianActSchema } from '../../contract/technician-access.ts'
import { technicianChallengeSchema } from '../../contract/technician-code.ts'

/** A word of our own lists, such as `wrong-device`: too short and too plain for a secret. */
const word = z.string().regex(/^[a-z][a-z0-9-]{1,47}$/)
const count = z.int().nonnegative()
export const sequenceSchema = z.int().positive()
/** SHA-256 in hex, as sha256sum prints it. */
export const hashSchema = z.string().regex(/^[0-9a-f]{64}$/)
const epochMs = z.number().nonnegative()

/** `tid oid` at Entra ID, `iss sub` elsewhere (OpenID Connect Core §2: ASCII). A provider whose `sub` is a name gives one away. */
const userKey = z.string().regex(/^[\x21-\x7e]{1,255} [\x20-\x7e]{1,255}$/)

/** Counts a kiosk's codes since the helper started. */
const generation = count

/** The provider's own word for a fault, as `SessionState` carries it. */
const providerError = z
  .string()
  .regex(/^[\w.-]{1,64}$/)
  .nullable()

/** What a request to the provider goes by in its log. Absent where the provider has none of the kind. */
const traceShape = {
  /** Sent by us: one for a code and all its polls, one for each renewal and revocation. */
  clientRequestId: z.uuid().optional(),
  /** Answered by Entra ID: `x-ms-request-id`. */
  msRequestId: z.uuid().optional(),
  /** Answered by Okta: `x-okta-request-id`. */
  oktaRequestId: z
    .string()
    .regex(/^[\w@-]{8,64}$/)
    .optional(),
  /** Of the ID token: `uti` at Entra ID, `jti` elsewhere. Names it, and opens nothing. */
  tokenId: z
    .string()
    .regex(/^[\w.-]{1,64}$/)
    .optional(),
} as const

const person = { generation, user: userKey.nullable() }

function event<Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) {
  return z.strictObject({ event: z.literal(name), ...shape })
}

const sessionEvents = [
  event('code.issued', { generation, ...traceShape }),
  /** The provider said no, or its tokens were not accepted. `user` where tokens had been issued. */
  event('sign-in.refused', { ...person, code: kioskErrorCodeSchema, providerError, ...traceShape }),
  /** Tokens are in the vault, and the screen asks whether it is them. */
  event('sign-in.approved', { ...person, ...traceShape }),
  /** Confirmed at the screen. */
  event('session.started', person),
  event('session.ended', {
    ...person,
    reason: z.enum([...endReasonSchema.options, 'sign-in-restarted', 'not-resumed']),
  }),
  /** `foundIn`: a record was left in the vault, or, as after a power cut, only this trail knew of the session. */
  event('session.expired-by-crash', { ...person, foundIn: z.enum(['vault', 'trail']) }),
  event('session.handed-over', person),
  event('session.resumed', person),
  event('token.refreshed', { ...person, ...traceShape }),
  event('token.refresh-failed', { ...person, code: kioskErrorCodeSchema, providerError, ...traceShape }),
  event('tokens.revoked', { user: userKey.nullable(), ...traceShape }),
  /** The provider has no such endpoint (Entra ID): what was issued lives on there until it expires. */
  event('tokens.revocation-unavailable', { user: userKey.nullable() }),
  event('tokens.revocation-failed', { user: userKey.nullable(), code: kioskErrorCodeSchema, ...traceShape }),
] as const

const deviceEvents = [
  /** `after`: how the helper before this one ended, as far as this trail knows. */
  event('helper.started', {
    version: z.string().regex(/^[\w.+-]{1,64}$/),
    after: z.enum(['nothing', 'stop', 'crash']),
  }),
  event('helper.stopped', { planned: z.boolean() }),
  event('device.activated', { ...person, because: word, config: hashSchema }),
  /** The record of an earlier activation does not count. */
  event('device.not-activated', { because: word }),
  event('attestation.changed', { state: word, because: word.nullable() }),
  event('bundle.changed', {
    effect: z.enum(['shown', 'waits', 'restart', 'end-session']),
    /** Names of top-level settings and files. */
    settings: z.array(z.string().regex(/^[\w.-]{1,64}$/)).max(32),
    version: z.int().positive().nullable(),
  }),
  event('bundle.refused', { codes: z.array(kioskErrorCodeSchema).max(32) }),
  event('wipe.ordered', { by: word }),
  event('wipe.done', { deviceKey: z.enum(['destroyed', 'read-only', 'none']) }),
  /** What could not be destroyed; the next start tries again. */
  event('wipe.failed', { what: z.enum(['vault', 'device-key']), code: kioskErrorCodeSchema }),
] as const

/** As the provider's word for an order is not ours: `order` and its id are null where nobody may have said so. */
const order = {
  order: word.nullable(),
  orderId: z
    .string()
    .regex(/^[\w-]{16,64}$/)
    .nullable(),
  /** SHA-256 of what was sent, in base64url, as in the receipt: names also what could not be read. */
  orderHash: z.string().regex(/^[\w-]{43}$/),
}

const orderEvents = [
  event('order.done', { ...order, did: z.array(word).max(16) }),
  /** `unrecordedBefore`: as with a technician's. */
  event('order.refused', { ...order, because: word, unrecordedBefore: count }),
  event('order.failed', { ...order, because: word, code: kioskErrorCodeSchema.nullable() }),
] as const

const technicianEvents = [
  event('technician.challenge-issued', { challenge: technicianChallengeSchema }),
  event('technician.granted', { challenge: technicianChallengeSchema }),
  event('technician.refused', {
    reason: z.enum(['wrong', 'late', 'replayed', 'locked', 'no-grant']),
    challenge: technicianChallengeSchema.nullable(),
    /** Refusals since the last one on record: nobody at the screen can flood the trail. */
    unrecordedBefore: count,
  }),
  event('technician.locked', { failedTries: count, forSeconds: count }),
  event('technician.acted', { action: technicianActSchema.shape.action }),
  event('technician.looked', {}),
  event('technician.checks-run', {}),
  event('technician.counter-damaged', {}),
  event('support.sign-in-restarted', { by: word }),
] as const

/** What the trail says of itself. */
const trailEvents = [
  /** The first line of each file. */
  event('audit.file-opened', { file: z.int().positive(), format: z.literal(1) }),
  /** The oldest file goes, for want of room: everything up to this line. Written, and durable, before it is removed. */
  event('audit.pruned', { file: z.int().positive(), through: sequenceSchema, throughHash: hashSchema }),
  /** A helper was killed while it wrote: what stands between this line and the one before is half of one, and counts as nothing. */
  event('audit.line-torn', { bytes: z.int().positive(), fragmentHash: hashSchema }),
  /** Events that could not be written: the disk was full, say. */
  event('audit.events-lost', { count: z.int().positive(), sinceEpochMs: epochMs, untilEpochMs: epochMs }),
  /** The helper did not find the trail as it had left it. `expected` is what its own record says; null where that is gone. */
  event('audit.damage-found', {
    expected: z.strictObject({ sequence: count, hash: hashSchema }).nullable(),
    found: z.strictObject({ sequence: count, hash: hashSchema }),
  }),
] as const

export const auditEventSchema = z.discriminatedUnion('event', [
  ...sessionEvents,
  ...deviceEvents,
  ...orderEvents,
  ...technicianEvents,
  ...trailEvents,
])
export type AuditEvent = z.infer<typeof auditEventSchema>

/** What other parts may record; the trail speaks of itself alone. */
export type RecordedEvent = Exclude<AuditEvent, { event: `audit.${string}` }>

/** Whose line it is: the device's, under the tenant that the bundle named at that moment. */
export const ownerShape = {
  device: z.string().min(1).max(253),
  /** Entra ID's tenant id, else the issuer; null while there is no bundle. */
  tenant: z.string().min(1).max(512).nullable(),
} as const
export type AuditOwner = { device: string; tenant: string | null }
