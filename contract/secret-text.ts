/** A secret of 32 bytes as text in a file, for kiosk and fleet alike. Never says anything of what it read. */

export const SECRET_BYTES = 32

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function readHex(text: string): Uint8Array {
  return Uint8Array.from({ length: SECRET_BYTES }, (_, index) =>
    Number.parseInt(text.slice(2 * index, 2 * index + 2), 16),
  )
}

/** 43 letters carry 258 bits: the last two must be zero, so that a secret has one spelling. */
function readBase64url(text: string): Uint8Array | null {
  const bytes: number[] = []
  let bits = 0
  let bitCount = 0
  for (const letter of text) {
    bits = ((bits << 6) | BASE64URL.indexOf(letter)) & 0x3fff
    bitCount += 6
    if (bitCount < 8) continue
    bitCount -= 8
    bytes.push((bits >> bitCount) & 0xff)
  }
  return (bits & 0b11) === 0 ? Uint8Array.from(bytes) : null
}

/**
 * @param text 64 hex digits or 43 letters of base64url, white space around them ignored
 * @returns null for anything else
 */
export function readSecretText(text: string): Uint8Array | null {
  const written = text.trim()
  if (/^[0-9A-Fa-f]{64}$/.test(written)) return readHex(written)
  return /^[\w-]{43}$/.test(written) ? readBase64url(written) : null
}
