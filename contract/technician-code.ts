/**
 * The technician's code: what a kiosk asks and what answers it, without a network between them. For kiosk and fleet alike.
 * Pure of crypto, which is passed in. Never makes a challenge by itself, never keeps a secret.
 */
import { z } from 'zod'

/** Crockford's base 32: no I, L, O or U, so that nothing is misread from a screen or misheard on the phone. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CHALLENGE_BYTES = 5
const ANSWER_DIGITS = 10
/** The message begins so; another form of the message gets another number. */
const DOMAIN = 'digital-receptionist/technician-code/1'

/** Forty random bits, such as `7K3M-2QPX`. */
export const technicianChallengeSchema = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/)

/** Ten digits. */
export const technicianAnswerSchema = z.string().regex(/^[0-9]{10}$/)

/** HMAC-SHA-256 of a text in UTF-8, in lower-case hex. */
export type TechnicianHmac = (key: Uint8Array, text: string) => string

/** @param random five bytes, fresh from a generator for keys */
export function writeChallenge(random: Uint8Array): string {
  if (random.length !== CHALLENGE_BYTES) throw new RangeError(`a challenge takes ${CHALLENGE_BYTES} random bytes`)
  let bits = random.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  let letters = ''
  for (let count = 0; count < 8; count += 1) {
    letters = ALPHABET.charAt(Number(bits & 31n)) + letters
    bits >>= 5n
  }
  return `${letters.slice(0, 4)}-${letters.slice(4)}`
}

/**
 * Reads a challenge as people type it: in small letters, without the dash or with spaces, O for 0, I and L for 1.
 *
 * @returns it as the kiosk shows it; null for what can be none
 */
export function readChallenge(typed: string): string | null {
  const letters = typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1')
  const parsed = technicianChallengeSchema.safeParse(`${letters.slice(0, 4)}-${letters.slice(4)}`)
  return parsed.success ? parsed.data : null
}

function utf8Length(text: string): number {
  const lengths = Array.from(text, (character) => {
    const point = character.codePointAt(0) ?? 0
    return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4
  })
  return lengths.reduce((sum, length) => sum + length, 0)
}

/** The device's id stands behind its length in bytes, so that no id and challenge can be read as another pair. */
function technicianMessage(deviceId: string, challenge: string): string {
  return `${DOMAIN}\n${utf8Length(deviceId)}:${deviceId}\n${challenge}`
}

/**
 * What answers a challenge: the first 64 bits of the HMAC as a number, modulo 10^10, with leading zeros.
 *
 * RFC 4226 §5.3 takes 31 bits, which are too few for ten digits. Of 64 bits no answer is likelier than another by more than
 * one in 1.8 billion (10^10 / 2^64).
 *
 * @param challenge as the kiosk shows it
 * @param secret of this device alone
 */
export function technicianAnswer(
  { deviceId, challenge, secret }: { deviceId: string; challenge: string; secret: Uint8Array },
  hmac: TechnicianHmac,
): string {
  const code = hmac(secret, technicianMessage(deviceId, challenge))
  const number = BigInt(`0x${code.slice(0, 16)}`) % 10n ** BigInt(ANSWER_DIGITS)
  return number.toString().padStart(ANSWER_DIGITS, '0')
}
