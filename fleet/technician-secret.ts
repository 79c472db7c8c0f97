/** One secret of the fleet, and from it one for each device: a kiosk that is opened gives away its own alone. Pure but for HKDF. */
import { hkdfSync } from 'node:crypto'
import { SECRET_BYTES } from '../contract/secret-text.ts'

/** HKDF's salt: what is derived for another purpose is another secret. */
const PURPOSE = 'digital-receptionist/technician-secret/1'

/** HKDF-SHA-256 (RFC 5869) of the fleet's secret, with the device's id as `info`. */
export function deriveTechnicianSecret(fleetSecret: Uint8Array, deviceId: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', fleetSecret, PURPOSE, deviceId, SECRET_BYTES))
}
