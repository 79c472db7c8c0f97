/** What the support overlay shows: a part for everybody, and one for a technician. Never a token, a code or a person. */
import { z } from 'zod'
import { diagnosticsSchema } from './diagnostics.ts'
import { kioskErrorCodeSchema, troubleCodeSchema } from './kiosk-error.ts'
import { paintedSchema } from './session-state.ts'
import { supportEventSchema } from './support-events.ts'

/** On the helper's monotonic clock, as in `KioskSnapshot.clock`. */
const monotonicMs = z.number()
const epochMs = z.number()

/** How the provider last answered, whoever asked it. */
const connectionSchema = z.discriminatedUnion('kind', [
  /** Nothing was asked yet since the helper started. */
  z.strictObject({ kind: z.literal('untried') }),
  z.strictObject({ kind: z.literal('answered'), atMs: monotonicMs }),
  z.strictObject({ kind: z.literal('failing'), sinceMs: monotonicMs, code: troubleCodeSchema }),
])
export type SupportConnection = z.infer<typeof connectionSchema>

/** For everybody at the screen. */
export const supportStatusSchema = z.strictObject({
  /** When the provider last issued tokens to this kiosk; null where that was not since the machine was switched on. */
  lastTokenIssueEpochMs: epochMs.nullable(),
  /** Of the access token of the session on the screen; null without one. */
  token: z
    .strictObject({
      issuedAtMs: monotonicMs,
      expiresAtMs: monotonicMs,
      /** A refresh token renews it before it expires. */
      isRenewed: z.boolean(),
    })
    .nullable(),
  connection: connectionSchema,
  /** Of the newest fault, to be read out on the phone; null where there was none since the machine was switched on. */
  lastFault: z.strictObject({ supportCode: z.string(), atEpochMs: epochMs }).nullable(),
})
export type SupportStatus = z.infer<typeof supportStatusSchema>

export const ENDPOINT_NAMES = [
  'discovery',
  'device-authorization',
  'token',
  'key-set',
  'revocation',
  'end-session',
] as const

const endpointSchema = z.strictObject({
  name: z.enum(ENDPOINT_NAMES),
  /** `not-advertised`: the provider has none. */
  state: z.enum(['not-advertised', 'not-checked', 'reachable', 'unreachable']),
  roundTripMs: z.number().nonnegative().nullable(),
  /** Why it could not be reached. */
  code: troubleCodeSchema.nullable(),
})
export type SupportEndpoint = z.infer<typeof endpointSchema>

/** What is looked at on the way to the provider, and needs the network. */
export const NETWORK_CHECK_NAMES = [
  'dns',
  'proxy',
  'connect',
  'clock',
  'interception',
  'attestation',
  'discovery',
  'key-set',
  'endpoints',
  'device-code',
] as const
export type NetworkCheckName = (typeof NETWORK_CHECK_NAMES)[number]

/** In the order in which they are listed; they run side by side as far as none needs another. */
export const CHECK_NAMES = [
  'config',
  'helper',
  'supervision',
  'vault',
  'device-key',
  'certificate',
  'orders',
  'technician',
  'painted',
  ...NETWORK_CHECK_NAMES,
] as const
export type CheckName = (typeof CHECK_NAMES)[number]

const checkSchema = z.strictObject({
  name: z.enum(CHECK_NAMES),
  /** `skipped`: there is nothing to check, or what it needs has failed before. */
  state: z.enum(['waiting', 'running', 'ok', 'warning', 'failed', 'skipped']),
  durationMs: z.number().nonnegative().nullable(),
  /** What was found, such as a host and a time; null where the state says all. */
  found: z.string().max(200).nullable(),
  code: kioskErrorCodeSchema.nullable(),
  /** What an operator does about it, in English; null where nothing is to be done. */
  remedy: z.string().nullable(),
})
export type SupportCheck = z.infer<typeof checkSchema>

export const supportChecksSchema = z.strictObject({
  state: z.enum(['idle', 'running', 'done']),
  finishedAtEpochMs: epochMs.nullable(),
  checks: z.array(checkSchema),
})
export type SupportChecks = z.infer<typeof supportChecksSchema>

export const supportChecksRequestSchema = z.strictObject({
  /** True begins a run, unless one is under way; false only asks how far it is. */
  run: z.boolean(),
})
export type SupportChecksRequest = z.infer<typeof supportChecksRequestSchema>

/** For a technician whom the helper has let in. */
export const supportDiagnosticsSchema = z.strictObject({
  session: z.strictObject({ kind: z.string(), generation: z.int().nonnegative().nullable() }),
  /** As `DeviceStanding` says them; null without a certificate, or a bundle that names a way. */
  certificate: z.string().nullable(),
  attestation: z.string().nullable(),
  /** As `RemoteControlStatus` says it; null where the bundle names none. */
  broker: z.string().nullable(),
  vault: diagnosticsSchema.shape.vault,
  issuerHost: z.string().nullable(),
  clockSkewMs: z.number().nullable(),
  endpoints: z.array(endpointSchema),
  /** `none`, `system` or the proxy's address; null without a bundle. */
  proxy: z.string().nullable(),
  versions: z.strictObject({ helper: z.string(), node: z.string(), link: z.int() }),
  uptimeSeconds: z.number().nonnegative(),
  painted: paintedSchema.nullable(),
  /** The newest last. */
  events: z.array(supportEventSchema),
  lastFault: z
    .strictObject({
      code: kioskErrorCodeSchema,
      supportCode: z.string(),
      /** The provider's own name for it, such as `AADSTS7000218`. */
      providerError: z.string().nullable(),
      atEpochMs: epochMs,
      /** In English, as in docs/troubleshooting.md; of Entra ID's number where there is a hint for it. */
      meaning: z.string(),
      remedy: z.string(),
      providerHint: z.string().nullable(),
    })
    .nullable(),
  /** All of it in lines to take away by phone: printable ASCII, short enough for a QR code. */
  text: z.string(),
})
export type SupportDiagnostics = z.infer<typeof supportDiagnosticsSchema>
export type SupportFault = NonNullable<SupportDiagnostics['lastFault']>
