/** Knows a private key by its looks, as PEM or as a JWK. Pure. Keeps and tells nothing of it. */

/** RFC 7468 §10. */
const PEM = /-----BEGIN [A-Z ]*PRIVATE KEY-----/
/** RFC 7517 §4.1, and the private members of RFC 7518 §6. */
const JWK_MEMBERS = [/"kty"\s*:/, /"[dk]"\s*:\s*"/]

/** @param bytes of a file that is no larger than a key may be */
export function looksLikePrivateKey(bytes: Buffer): boolean {
  const text = bytes.toString('latin1')
  return PEM.test(text) || JWK_MEMBERS.every((member) => member.test(text))
}
