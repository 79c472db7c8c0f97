/** Why a broker cannot be reached, in an operator's words. */
import { plainText } from '../follow/plain-text.ts'

const FOREIGN = 'its certificate is of an authority that brokerCaFile does not name'

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'it closed the connection',
  ENOTFOUND: 'there is no such host',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: FOREIGN,
  SELF_SIGNED_CERT_IN_CHAIN: FOREIGN,
  DEPTH_ZERO_SELF_SIGNED_CERT: FOREIGN,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: FOREIGN,
  CERT_HAS_EXPIRED: 'its certificate is over',
  'ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_REVOKED': 'it calls your certificate revoked',
}

/** @returns the end of a sentence about the broker */
export function brokerFaultWords(error: unknown): string {
  const { code, message } = error as { code?: string | number; message?: string }
  const text = plainText(message ?? String(error))
  if (/alert number 44/.test(text)) return 'it calls your certificate revoked'
  if (/alert number (42|46|48|49|116)/.test(text)) return 'it does not accept your certificate'
  return REASONS[String(code)] ?? text
}
