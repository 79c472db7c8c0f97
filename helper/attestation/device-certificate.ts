/** The device's certificate as the rest of the helper sees it, whatever holds its key. Never holds a key. */

/** `not-configured`: the bundle asks for no attestation. */
export type DeviceCertificate =
  | { kind: 'not-configured' }
  | { kind: 'missing'; what: string }
  | { kind: 'present'; subject: string; validFromEpochMs: number; validUntilEpochMs: number }

/** Reads it anew each time, since certificates are renewed by replacing their files. */
export type ReadDeviceCertificate = () => Promise<DeviceCertificate>

/** Until a bundle can name a certificate: said as it is, so that nobody takes silence for health. */
export const readDeviceCertificate: ReadDeviceCertificate = async () => ({ kind: 'not-configured' })
