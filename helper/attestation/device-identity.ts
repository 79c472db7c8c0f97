/** Who this device proves to be, whatever holds its key. Hands out no key, and knows of no file. */
import type { SecureContext } from 'node:tls'
import { assertNever, type DeviceCertificateCode } from '../../contract/kiosk-error.ts'

export type DeviceIdentity = {
  /** As its certificate names it. */
  deviceId: string
  /** The leaf first, then whatever authorities stand in the file below it. */
  certificateChainPem: string
  /** SHA-256 of the leaf, in lower-case hex. */
  fingerprint: string
  validFromEpochMs: number
  /** The first end on the way up to the fleet's authority, its own included: past it no gateway lets it in. */
  validUntilEpochMs: number
  /** The authority whose end that is, where it is not the device's own certificate that ends first. */
  endsWith?: string
  /** The client's certificate and key, with the authorities that this process trusts by now, for `tls.connect`, undici and MQTT. */
  secureContext(): SecureContext
  /**
   * A compact JWS over `payload` (RFC 7515): `typ` as given, `alg` by the key's kind (ES256, EdDSA, PS256), and the chain in
   * `x5c`, so that whoever holds the fleet's authority can check it.
   */
  signJws(type: string, payload: object): Promise<string>
}

/** What is wrong, and with which file. */
export type DeviceCertificateFault = { code: DeviceCertificateCode; where: string; what: string }

export type DeviceCertificate =
  /** There is none. */
  | { kind: 'not-configured' }
  /** Every fault at once; and whose it is all the same, where no fault casts doubt on that. */
  | { kind: 'faulty'; faults: DeviceCertificateFault[]; deviceId?: string }
  /** `unjudged` where there is no authority to say whom it leads to, and only the gateway judges that. */
  | { kind: 'present'; identity: DeviceIdentity; unjudged?: 'fleet-ca-unusable' }

/** The id by which this device goes: a certificate that has run out, or lies open to others, is still this device's. */
export function certificateIdOf(found: DeviceCertificate): string | null {
  switch (found.kind) {
    case 'not-configured':
      return null
    case 'faulty':
      return found.deviceId ?? null
    case 'present':
      return found.identity.deviceId
    default:
      return assertNever(found)
  }
}

/** Where a device's identity comes from: files today, another store of keys tomorrow. */
export type DeviceIdentitySource = {
  /** Anew each time, since certificates are renewed by replacing their files. */
  read(): Promise<DeviceCertificate>
}

/** Long enough for a renewal that goes through people. */
const LONGEST_NOTICE_MS = 30 * 86_400_000

/** Whether somebody, or the service that renews it, should have renewed it by now: most renew after two thirds of the time. */
export function isNearEnd(
  { validFromEpochMs, validUntilEpochMs }: Pick<DeviceIdentity, 'validFromEpochMs' | 'validUntilEpochMs'>,
  nowEpochMs: number,
): boolean {
  return validUntilEpochMs - nowEpochMs < Math.min(LONGEST_NOTICE_MS, (validUntilEpochMs - validFromEpochMs) / 3)
}
