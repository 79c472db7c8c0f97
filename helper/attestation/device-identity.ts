/** Who this device proves to be, whatever holds its key. Hands out no key, and knows of no file. */
import type { SecureContext } from 'node:tls'

export type DeviceIdentity = {
  /** As its certificate names it. */
  deviceId: string
  /** The leaf first, then whatever authorities stand in the file below it. */
  certificateChainPem: string
  /** SHA-256 of the leaf, in lower-case hex. */
  fingerprint: string
  validFromEpochMs: number
  validUntilEpochMs: number
  /**
   * The client's certificate and key, with the authorities that this process trusts, for `tls.connect`, undici's `connect`
   * and MQTT. Made once: a connection that is opened with a newer identity is another one's.
   */
  secureContext(): SecureContext
  /**
   * A compact JWS over `payload` (RFC 7515): `typ` as given, `alg` by the key's kind (ES256, EdDSA, PS256), and the leaf in
   * `x5c`, so that whoever holds the fleet's authority can check it.
   *
   * @throws KioskError `device-key-mismatch` where the key cannot sign
   */
  signJws(type: string, payload: object): Promise<string>
}

/** What is wrong with the certificate or its key: one of a closed list, what was found, and where. */
export type DeviceCertificateFault = { code: DeviceCertificateFaultCode; what: string; where: string }

/** Each has its remedy in `contract/operator-hints`. */
export type DeviceCertificateFaultCode =
  | 'device-certificate-missing'
  | 'device-certificate-unreadable'
  | 'device-certificate-not-pem'
  | 'device-certificate-not-yet-valid'
  | 'device-certificate-expired'
  | 'device-certificate-without-id'
  | 'device-certificate-ids-differ'
  | 'device-certificate-not-for-clients'
  | 'device-certificate-weak'
  | 'device-certificate-foreign'
  | 'fleet-ca-unusable'
  | 'device-key-missing'
  | 'device-key-unreadable'
  | 'device-key-not-pem'
  | 'device-key-encrypted'
  | 'device-key-exposed'
  | 'device-key-mismatch'

export type DeviceCertificate =
  /** The bundle asks for no attestation, and there is no certificate. */
  | { kind: 'not-configured' }
  | { kind: 'faulty'; faults: DeviceCertificateFault[] }
  | { kind: 'present'; identity: DeviceIdentity }

/** Where a device's identity comes from: files today, another store of keys tomorrow. */
export type DeviceIdentitySource = {
  /** Anew each time, since certificates are renewed by replacing their files. */
  read(): Promise<DeviceCertificate>
}
