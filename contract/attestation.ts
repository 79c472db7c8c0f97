/** What the gateway says of a device, and of a request that it does not pass on. Never holds anything of a request. */
import { z } from 'zod'
import { deviceIdSchema } from './device-identity.ts'

/** `GET`, with the device's certificate. 200 for an active device only, else 403, 429 or 503. */
export const ATTESTATION_PATH = '/attest'

/** Names the reason on every answer of the gateway's own, and stands on none of the provider's. */
export const GATEWAY_HEADER = 'kiosk-gateway'

/** Why a device is not known. Each is said only to whoever holds the key of the certificate in question. */
export const UNKNOWN_DEVICE_REASONS = [
  'certificate-missing',
  /** Of another authority than the fleet's, or forged. */
  'certificate-foreign',
  'certificate-expired',
  'certificate-not-yet-valid',
  'certificate-revoked',
  /** Not for a client (extended key usage), too weak, or faulty in another way. */
  'certificate-unfit',
  /** Of the fleet, but its subject is none of a device's. */
  'certificate-without-device-id',
  'device-not-listed',
  /** The gateway's own fault, with 503: a revocation list that is too old is no proof, so that nobody is let through. */
  'revocation-list-stale',
] as const

const unknownDeviceReasonSchema = z.enum(UNKNOWN_DEVICE_REASONS)

/** The answer at `/attest`, and the body of every 403 and 503 that is for want of an active device. */
export const attestationSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('active'), deviceId: deviceIdSchema }),
  z.object({ state: z.literal('suspended'), deviceId: deviceIdSchema, reason: z.literal('device-suspended') }),
  z.object({ state: z.literal('unknown'), reason: unknownDeviceReasonSchema }),
])
export type Attestation = z.infer<typeof attestationSchema>

/** Why the gateway does not pass on what an active device asks for; the status stands beside each. */
export const GATEWAY_REFUSALS = {
  /** 429 with `Retry-After`: this device or its address asks too often. The provider knows nothing of it. */
  'rate-limited': 429,
  /** 404: method, address or HTTP version are not on the list, or not written as the list writes them. */
  'not-listed': 404,
  /** 411: a body must say its length. */
  'length-required': 411,
  /** 413. */
  'too-large': 413,
  /** 415: a body must be a form. */
  'not-a-form': 415,
  /** 421: the request is for another host. */
  'other-host': 421,
  /** 502: no connection to the provider that can be trusted. */
  'provider-unreachable': 502,
  /** 504. */
  'provider-timeout': 504,
} as const

const gatewayRefusalReasons = Object.keys(GATEWAY_REFUSALS) as (keyof typeof GATEWAY_REFUSALS)[]

export const gatewayRefusalSchema = z.object({ reason: z.enum(gatewayRefusalReasons) })

/**
 * Where the gateway serves an address of the provider: below the provider's host, so that several hosts fit behind one
 * gateway. `https://login.example:444/token` is `https://gateway.example/login.example:444/token`.
 *
 * @param gatewayOrigin as `URL.origin` writes it
 * @param address of the provider, https
 * @throws TypeError for an address that is not https
 */
export function gatewayAddress(gatewayOrigin: string, address: string): string {
  const [, rest] = /^https:\/\/([^/?#@]+[/?#].*|[^/?#@]+)$/.exec(address) ?? []
  if (rest === undefined) throw new TypeError(`${address} is not an https address without credentials`)
  return `${gatewayOrigin}/${rest}`
}
