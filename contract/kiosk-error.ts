/** The one error class and its closed list of codes. Codes go to the screen, causes go to the log. Never carries a secret. */
import { z } from 'zod'

/** Faults the kiosk lives through by itself; the `trouble` screen explains each of them. */
export const TROUBLE_CODES = [
  'name-not-resolved',
  'connection-refused',
  'provider-unreachable',
  'captive-portal',
  'proxy-unreachable',
  'proxy-refused',
  'clock-wrong',
  'provider-timeout',
  'provider-untrusted',
  'provider-throttled',
  'provider-unavailable',
  'provider-answer-invalid',
  'provider-refused-client',
  'provider-error',
  'sign-in-blocked',
  'verification-link-untrusted',
  'too-many-codes',
  'sign-in-declined',
  'token-invalid',
  'person-not-allowed',
  'kiosk-not-activated',
  'scope-not-granted',
  'device-suspended',
  'device-not-admitted',
  'gateway-unreachable',
  'gateway-untrusted',
  'gateway-rate-limited',
  'gateway-unavailable',
  'gateway-refused',
  'vault-unavailable',
  'helper-unreachable',
  'unexpected',
] as const

/** What can be wrong with the device's certificate, or with the key and the authority beside it. */
export const DEVICE_CERTIFICATE_CODES = [
  'device-certificate-missing',
  'device-certificate-unreadable',
  'device-certificate-malformed',
  'device-certificate-expired',
  'device-certificate-too-early',
  'device-certificate-without-id',
  'device-certificate-ids-differ',
  'device-certificate-not-client',
  'device-certificate-weak',
  'device-certificate-foreign',
  'device-certificate-key-missing',
  'device-certificate-key-unreadable',
  'device-certificate-key-exposed',
  'device-certificate-key-malformed',
  'device-certificate-key-encrypted',
  'device-certificate-key-mismatch',
  'fleet-ca-unusable',
] as const

/** Faults that an installer has to mend before anybody can sign in; the `unprovisioned` screen lists them. */
export const PROVISIONING_CODES = [
  'bundle-missing',
  'bundle-unreadable',
  'bundle-not-json',
  'bundle-invalid',
  'bundle-file-missing',
  'bundle-unsigned',
  'bundle-signature-invalid',
  'bundle-file-changed',
  'bundle-version-old',
  'bundle-writable',
  'bundle-state-unusable',
  'trust-unusable',
  'vault-not-tmpfs',
  'vault-wrong-owner',
  'vault-wrong-mode',
  'vault-unsupported',
  'vault-swappable',
  'vault-hibernation',
  'device-key-unusable',
  'environment-unsafe',
  ...DEVICE_CERTIFICATE_CODES,
] as const

/** Faults between the processes of one kiosk; they reach logs and `kioskctl`, never the screen. */
export const LINK_CODES = [
  'link-in-use',
  'link-path-too-long',
  'link-key-missing',
  'link-hello-refused',
  'link-message-invalid',
  'link-message-too-large',
  'link-closed',
  'command-not-allowed',
  'link-folder-unsafe',
  'environment-invalid',
  'keychain-unavailable',
  'vault-record-damaged',
  'vault-record-too-large',
  'vault-handover-refused',
  'vault-wipe-unproven',
  'technician-secret-unusable',
  'technician-state-unusable',
  'activation-not-recorded',
  'bundle-key-unusable',
  'audit-unusable',
] as const

/** Faults that only a check finds: "run checks" on the screen, and `kioskctl doctor`. */
export const CHECK_CODES = [
  'tls-intercepted',
  'provider-certificate-expired',
  'device-certificate-expiring',
  'broker-unreachable',
  'helper-unsupervised',
  'helper-unit-missing',
  'screen-not-painted',
  'program-changed',
  'program-unproven',
  'check-unfinished',
] as const

export const KIOSK_ERROR_CODES = [...TROUBLE_CODES, ...PROVISIONING_CODES, ...LINK_CODES, ...CHECK_CODES] as const

export const troubleCodeSchema = z.enum(TROUBLE_CODES)
export const provisioningCodeSchema = z.enum(PROVISIONING_CODES)
export const kioskErrorCodeSchema = z.enum(KIOSK_ERROR_CODES)

export type TroubleCode = z.infer<typeof troubleCodeSchema>
export type ProvisioningCode = z.infer<typeof provisioningCodeSchema>
export type DeviceCertificateCode = (typeof DEVICE_CERTIFICATE_CODES)[number]
export type KioskErrorCode = z.infer<typeof kioskErrorCodeSchema>

/**
 * An error of ours, known by its code.
 *
 * `message` is for logs and technicians and says what is wrong, where, and what to do; `cause` keeps the foreign error.
 */
export class KioskError extends Error {
  override readonly name = 'KioskError'
  readonly code: KioskErrorCode

  constructor(code: KioskErrorCode, message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.code = code
  }
}

/** Ends a switch over a union; the compiler refuses the call while a case is missing. */
export function assertNever(value: never): never {
  throw new KioskError('unexpected', `no case for ${JSON.stringify(value)}`)
}
