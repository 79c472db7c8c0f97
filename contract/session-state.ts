/** What a kiosk's session can be, and what the screen is told of it. Never carries a token or a device code. */
import { z } from 'zod'
import { deviceActivationSchema } from './activation.ts'
import { brandSchema } from './brand.ts'
import { bundleStatusSchema } from './bundle-status.ts'
import { hostedAppSchema } from './hosted-app.ts'
import { troubleCodeSchema } from './kiosk-error.ts'
import { languageSchema } from './languages.ts'
import { provisioningProblemSchema } from './provisioning-problem.ts'
import { screenSettingsSchema } from './screen-settings.ts'

/**
 * A moment on the helper's monotonic clock, in milliseconds. It means nothing on another clock: compare it with
 * `KioskSnapshot.clock.monotonicMs`, which was read when the snapshot was made. What began before this helper started lies
 * below zero.
 */
const monotonicMs = z.number()

/** Counts device codes; screen, QR and poller carry the same one, and a late answer for another is dropped. */
const generation = z.int().nonnegative()

/** Why a session ended, in the order a person would want to hear it. */
export const endReasonSchema = z.enum([
  'signed-out',
  'not-me',
  'not-confirmed',
  'shift-over',
  'idle',
  'provider-ended',
  'not-renewed',
  'device-refused',
  'screen-lost',
  'revoked',
  'wiped',
  'restarted',
])

/** Why the code before this one left the screen by itself; null for the first one, and after somebody's own doing. */
const replacedBecauseSchema = z.enum(['expired', 'used-up']).nullable()

/** What the provider itself called a fault, such as `AADSTS7000218`, or the gateway before it, such as `certificate-revoked`. */
const providerErrorSchema = z
  .string()
  .regex(/^[\w.-]{1,64}$/)
  .nullable()

/** By its kind alone, where more of it would say too much. */
export const SESSION_STATE_KINDS = [
  'starting',
  'unprovisioned',
  'attract',
  'preparing',
  'awaitingApproval',
  'confirming',
  'signedIn',
  'ended',
  'trouble',
] as const
export const sessionStateKindSchema = z.enum(SESSION_STATE_KINDS)

export const sessionStateSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('starting') }),
  z.strictObject({ kind: z.literal('unprovisioned'), problems: z.array(provisioningProblemSchema).min(1) }),
  z.strictObject({ kind: z.literal('attract') }),
  z.strictObject({
    kind: z.literal('preparing'),
    generation,
    /** `renewal`: the code before this one ran out or was used up, and the card on screen may stay. */
    reason: z.enum(['request', 'renewal']),
    replacedBecause: replacedBecauseSchema,
  }),
  z.strictObject({
    kind: z.literal('awaitingApproval'),
    generation,
    userCode: z.string().min(1),
    /** RFC 8628 §3.2 `verification_uri`. */
    verificationUri: z.url(),
    /** What the QR holds: `verification_uri_complete` where the provider gives one, else `verification_uri`. */
    qrText: z.url(),
    /** False where the phone lands on an "enter code" page (Entra ID). */
    codePrefilled: z.boolean(),
    issuedAtMs: monotonicMs,
    expiresAtMs: monotonicMs,
    replacedBecause: replacedBecauseSchema,
    /** Why the last poll failed; polling goes on, and the code stays good. Null after a good answer. */
    pollTrouble: troubleCodeSchema.nullable(),
  }),
  z.strictObject({
    kind: z.literal('confirming'),
    generation,
    displayName: z.string(),
    confirmByMs: monotonicMs,
  }),
  z.strictObject({
    kind: z.literal('signedIn'),
    generation,
    displayName: z.string(),
    since: monotonicMs,
    /** The end of the shift, or of tokens that cannot be renewed. */
    validUntil: monotonicMs,
    /** When the session ends unless somebody uses the kiosk before; null where the bundle sets no idle limit. */
    idleUntil: monotonicMs.nullable(),
  }),
  z.strictObject({
    kind: z.literal('ended'),
    reason: endReasonSchema,
    /** When the screen moves on by itself. */
    untilMs: monotonicMs,
  }),
  z.strictObject({
    kind: z.literal('trouble'),
    code: troubleCodeSchema,
    providerError: providerErrorSchema,
    since: monotonicMs,
    /** When the kiosk tries again by itself. */
    retryAt: monotonicMs,
    /** Until then a touch changes nothing, because the provider, or the kiosk's own limit, wants no request. */
    notBefore: monotonicMs.nullable(),
  }),
])

export type ProvisioningProblem = z.infer<typeof provisioningProblemSchema>
export type ReplacedBecause = z.infer<typeof replacedBecauseSchema>
export type EndReason = z.infer<typeof endReasonSchema>
export type SessionState = z.infer<typeof sessionStateSchema>
export type SessionStateKind = SessionState['kind']

/** What the shell last put on the glass: the helper tells a frozen screen from a live one by it. */
export const paintedSchema = z.strictObject({
  /** `KioskSnapshot.sequence` of the snapshot that was painted. */
  sequence: z.int().nonnegative(),
  kind: z.string(),
  generation: generation.nullable(),
  atEpochMs: z.number(),
})
export type Painted = z.infer<typeof paintedSchema>

/** Everything a screen or a technician may know. One is published for every change of state or paint. */
export const kioskSnapshotSchema = z.strictObject({
  /** Grows by one with every change of state since the helper started. */
  sequence: z.int().nonnegative(),
  /** Both clocks of the helper, read together. */
  clock: z.strictObject({ monotonicMs, epochMs: z.number() }),
  helper: z.strictObject({ version: z.string(), processId: z.int(), startedAtEpochMs: z.number() }),
  device: z.strictObject({
    id: z.string(),
    /** Null while there is no bundle to be activated under. */
    activation: deviceActivationSchema.nullable(),
  }),
  display: z.strictObject({
    brand: brandSchema,
    kioskName: z.string(),
    place: z.string(),
    /** What the screen offers, the kiosk's own language first. */
    languages: z.array(languageSchema).min(1),
  }),
  /** How the shell treats its display. */
  screen: screenSettingsSchema,
  /** What the screen hosts after sign-in; null where the bundle names nothing. */
  app: hostedAppSchema.nullable(),
  /** Null while there is no bundle to run with. */
  bundle: bundleStatusSchema.nullable(),
  vault: z.enum(['tmpfs', 'ramfs', 'memory', 'refused']),
  session: sessionStateSchema,
  painted: paintedSchema.nullable(),
})
export type KioskSnapshot = z.infer<typeof kioskSnapshotSchema>
