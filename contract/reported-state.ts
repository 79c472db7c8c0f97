/** What a kiosk tells operations of itself, retained at the broker. Never a token, a code or a person's name. */
import { z } from 'zod'
import { deviceIdSchema } from './device-identity.ts'
import { kioskErrorCodeSchema } from './kiosk-error.ts'
import { endReasonSchema, paintedSchema, sessionStateKindSchema } from './session-state.ts'

export const REPORTED_SIZE_LIMIT_BYTES = 16_384
export const PRESENCE_SIZE_LIMIT_BYTES = 1_024

/** How long a connection may be gone before the broker publishes the last will: MQTT 5 §3.1.3.2.2. */
export const WILL_DELAY_SECONDS = 5

const epochMs = z.number().nonnegative()
const shortText = z.string().max(200)

export const reportedStateSchema = z.strictObject({
  version: z.literal(1),
  deviceId: deviceIdSchema,
  /** On the kiosk's own clock, as every time here; `clockSkewMs` is how far the provider's was ahead of it. */
  atEpochMs: epochMs,
  clockSkewMs: z.number().nullable(),
  kioskName: shortText,
  place: shortText,
  /** Null while there is no bundle. */
  tenant: z
    .strictObject({ provider: shortText, issuer: shortText, clientId: shortText, tenantId: shortText.nullable() })
    .nullable(),
  helper: z.strictObject({ version: shortText, startedAtEpochMs: epochMs }),
  /** What the bundle's signature says; null where bundles are not signed. */
  bundleVersion: z.int().positive().nullable(),
  bundleRefused: z.boolean(),
  /** Null while there is no bundle to be activated under. */
  isActivated: z.boolean().nullable(),
  session: z.strictObject({
    kind: sessionStateKindSchema,
    sinceEpochMs: epochMs,
    generation: z.int().nonnegative().nullable(),
    /** Of the last session that ended since the helper started. */
    endedBecause: endReasonSchema.nullable(),
    /** Of `trouble`, or the first of what is missing in `unprovisioned`. */
    code: kioskErrorCodeSchema.nullable(),
  }),
  /** Of the access token of the session on the screen; null without one. */
  token: z.strictObject({ validUntilEpochMs: epochMs, isRenewed: z.boolean() }).nullable(),
  /** When the provider last issued tokens to this kiosk. */
  lastTokenIssueEpochMs: epochMs.nullable(),
  certificate: z.strictObject({ fingerprint: z.string().max(128), validUntilEpochMs: epochMs }),
  /** What the screen last put on the glass. */
  painted: paintedSchema.nullable(),
  lastFault: z.strictObject({ code: kioskErrorCodeSchema, atEpochMs: epochMs }).nullable(),
  /** Head of the audit trail as a compact JWS of the device's key; null where there is none. */
  auditHead: z.string().max(8_192).nullable(),
})
export type ReportedState = z.infer<typeof reportedStateSchema>

/** `online` at each connection; `offline` is the last will, or said by a helper that stops. */
export const presenceSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('online'), deviceId: deviceIdSchema, sinceEpochMs: epochMs }),
  z.strictObject({
    kind: z.literal('offline'),
    deviceId: deviceIdSchema,
    because: z.enum(['connection-lost', 'helper-stopped']),
    /** Of the connection that ended; of the end itself where the helper said so. */
    sinceEpochMs: epochMs,
  }),
])
export type Presence = z.infer<typeof presenceSchema>
