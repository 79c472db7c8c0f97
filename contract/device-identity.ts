/** How a device is named in its certificate. Never takes a name from a certificate that was not verified. */
import { z } from 'zod'

const DEVICE_ID = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/

/**
 * What may stand as a device's id in a certificate: no letter that a DN, a URN, a log or nginx reads otherwise than it
 * is written. Two ids that differ in upper and lower case only are one and the same device to nginx, and to a person.
 */
export const deviceIdSchema = z
  .string()
  .regex(DEVICE_ID, 'is no device id: 1 to 63 letters, digits, ".", "_" and "-", the ends a letter or digit')

const DEVICE_URN_PREFIX = 'urn:digital-receptionist:device:'

/** The certificate's URI name (subjectAltName); its subject is `CN=<device id>` and nothing else, unless a PKI adds more. */
export function deviceUrn(deviceId: string): string {
  return `${DEVICE_URN_PREFIX}${deviceId}`
}
