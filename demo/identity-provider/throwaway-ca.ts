/** Makes a certificate authority and one server certificate for this machine. Never writes a key to disk. */
import { createThrowawayAuthority } from '../network/throwaway-authority.ts'

export type ThrowawayCa = {
  /** The authority's certificate: trust this one. */
  caPem: string
  serverCertificatePem: string
  serverKeyPem: string
  /** Base64 SHA-256 of the server's SubjectPublicKeyInfo, for Chromium's `--ignore-certificate-errors-spki-list`. */
  serverSpkiSha256: string
}

/** How a browser of the demo comes to trust its servers, and no other that it would not trust anyway. */
export function trustSwitch({ serverSpkiSha256 }: Pick<ThrowawayCa, 'serverSpkiSha256'>): string {
  return `--ignore-certificate-errors-spki-list=${serverSpkiSha256}`
}

/**
 * Makes a fresh authority and a server certificate for `localhost` and `127.0.0.1`, both valid for a day.
 */
export async function createThrowawayCa(): Promise<ThrowawayCa> {
  const { caPem, certify } = await createThrowawayAuthority('Demo throwaway authority')
  const { certificatePem, keyPem, spkiSha256 } = await certify(['localhost', '127.0.0.1'])
  return { caPem, serverCertificatePem: certificatePem, serverKeyPem: keyPem, serverSpkiSha256: spkiSha256 }
}
