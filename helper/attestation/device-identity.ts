/** Who this device proves to be, whatever holds its key. Hands out no key, and knows of no file. */
import type { SecureContext } from 'node:tls'
import type { DeviceCertificateCode } from '../../contract/kiosk-error.ts'

export type DeviceIdentity = {
  /** As its certificate names it. */
  deviceId: string
  /** The leaf first, then whatever authorities stand in the file below it. */
  certificateChainPem: string
  /** SHA-256 of the leaf, in lower-case hex. */
  fingerprint: string
  validFromEpochMs: number
  validUntilEpochMs: number
  /** The client's certificate and key, with the authorities that this process trusts by now, for `tls.connect`, undici and MQTT. */
  secureContext(): SecureContext
  /**
   * A compact JWS over `payload` (RFC 7515): `typ` as given, `alg` by the key's kind (ES256, EdDSA, PS256), and the leaf in
   * `x5c`, so that whoever holds the fleet's authority can check it.
   */
  signJws(type: string, payload: object): Promise<string>
}

/** What is wrong, and with which file. */
export type DeviceCertificateFault = { code: DeviceCertificateCode; where: string; what: string }

export type DeviceCertificate =
  /** There is none. */
  | { kind: 'not-configured' }
  /** Every fault at once. */
  | { kind: 'faulty'; faults: DeviceCertificateFault[] }
  | { kind: 'present'; identity: DeviceIdentity }

/** Where a device's identity comes from: files today, another store of keys tomorrow. */
export type DeviceIdentitySource = {
  /** Anew each time, since certificates are renewed by replacing their files. */
  read(): Promise<DeviceCertificate>
}

/** Long enough for a renewal that goes through people. */
export const NEAR_EXPIRY_MS = 30 * 86_400_000
