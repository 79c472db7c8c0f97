/** How this device stands with its certificate and its gateway, for whoever looks after it. Never a key. */
import { z } from 'zod'
import { DEVICE_CERTIFICATE_CODES, troubleCodeSchema } from './kiosk-error.ts'

const epochMs = z.number()

const certificateSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('faulty'), codes: z.array(z.enum(DEVICE_CERTIFICATE_CODES)) }),
  z.strictObject({
    kind: z.literal('present'),
    deviceId: z.string(),
    fingerprint: z.string(),
    validUntilEpochMs: epochMs,
    /** Why newer files are not taken: this one is the last good one. */
    newerFaults: z.array(z.enum(DEVICE_CERTIFICATE_CODES)),
  }),
])

const attestationSchema = z.discriminatedUnion('kind', [
  /** The bundle has the provider asked directly. */
  z.strictObject({ kind: z.literal('direct') }),
  z.strictObject({ kind: z.literal('unasked') }),
  z.strictObject({ kind: z.literal('active'), atEpochMs: epochMs }),
  z.strictObject({ kind: z.literal('refused'), code: troubleCodeSchema, reason: z.string(), atEpochMs: epochMs }),
  /** Nothing is known, or what was known is too old. */
  z.strictObject({ kind: z.literal('unanswered'), code: troubleCodeSchema, sinceEpochMs: epochMs }),
])

export const deviceStandingSchema = z.strictObject({
  certificate: certificateSchema,
  /** Null where the provider is asked directly. */
  gatewayUrl: z.string().nullable(),
  attestation: attestationSchema,
})
export type DeviceStanding = z.infer<typeof deviceStandingSchema>

const day = (atEpochMs: number) => new Date(atEpochMs).toISOString().slice(0, 10)

export function certificateText({ certificate }: DeviceStanding): string {
  switch (certificate.kind) {
    case 'none':
      return 'none'
    case 'faulty':
      return certificate.codes.join(', ')
    case 'present': {
      const { deviceId, validUntilEpochMs, newerFaults } = certificate
      const newer = newerFaults.length > 0 ? `; newer files: ${newerFaults.join(', ')}` : ''
      return `${deviceId}, until ${day(validUntilEpochMs)}${newer}`
    }
  }
}

export function attestationText({ attestation }: DeviceStanding): string {
  switch (attestation.kind) {
    case 'direct':
      return 'direct, no gateway'
    case 'unasked':
      return 'not asked yet'
    case 'active':
      return 'active'
    case 'refused':
      return attestation.reason
    case 'unanswered':
      return attestation.code
  }
}
