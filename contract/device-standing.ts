/** How this device stands with its certificate and its gateway, for whoever looks after it. Never a key. */
import { z } from 'zod'
import { assertNever, DEVICE_CERTIFICATE_CODES, troubleCodeSchema } from './kiosk-error.ts'

const epochMs = z.number()

const certificateSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('faulty'), codes: z.array(z.enum(DEVICE_CERTIFICATE_CODES)) }),
  z.strictObject({
    kind: z.literal('present'),
    deviceId: z.string(),
    fingerprint: z.string(),
    validUntilEpochMs: epochMs,
    /** Why the files that lie there now are not taken: this one is the last good one, and stays in use. */
    fileFaults: z.array(z.enum(DEVICE_CERTIFICATE_CODES)),
  }),
])

/** Since when it says nothing. */
const unansweredSchema = z.strictObject({ code: troubleCodeSchema, sinceEpochMs: epochMs })

const attestationSchema = z.discriminatedUnion('kind', [
  /** The bundle has the provider asked directly. */
  z.strictObject({ kind: z.literal('direct') }),
  z.strictObject({ kind: z.literal('unasked') }),
  z.strictObject({ kind: z.literal('active'), atEpochMs: epochMs, unanswered: unansweredSchema.nullable() }),
  z.strictObject({
    kind: z.literal('refused'),
    code: troubleCodeSchema,
    reason: z.string(),
    atEpochMs: epochMs,
    unanswered: unansweredSchema.nullable(),
  }),
  /** Nothing is known, or what was known is too old. */
  unansweredSchema.extend({ kind: z.literal('unanswered') }),
])

export const deviceStandingSchema = z.strictObject({
  certificate: certificateSchema,
  /** Null where the provider is asked directly. */
  gatewayUrl: z.string().nullable(),
  attestation: attestationSchema,
})
export type DeviceStanding = z.infer<typeof deviceStandingSchema>

const day = (atEpochMs: number) => new Date(atEpochMs).toISOString().slice(0, 10)
const minute = (atEpochMs: number) => `${new Date(atEpochMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`

export function certificateText({ certificate }: DeviceStanding): string {
  switch (certificate.kind) {
    case 'none':
      return 'none'
    case 'faulty':
      return certificate.codes.join(', ')
    case 'present': {
      const { deviceId, validUntilEpochMs, fileFaults } = certificate
      const onDisk = fileFaults.length > 0 ? `; on disk: ${fileFaults.join(', ')}` : ''
      return `${deviceId}, until ${day(validUntilEpochMs)}${onDisk}`
    }
    default:
      return assertNever(certificate)
  }
}

export function attestationText({ attestation }: DeviceStanding): string {
  switch (attestation.kind) {
    case 'direct':
      return 'direct, no gateway'
    case 'unasked':
      return 'not asked yet'
    case 'active': {
      const { atEpochMs, unanswered } = attestation
      return unanswered ? `active at ${minute(atEpochMs)}; last question: ${unanswered.code}` : 'active'
    }
    case 'refused': {
      const { reason, unanswered } = attestation
      return unanswered ? `${reason}; last question: ${unanswered.code}` : reason
    }
    case 'unanswered':
      return attestation.code
    default:
      return assertNever(attestation)
  }
}
