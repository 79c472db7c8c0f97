/** A short name for a fault that a person can read out on the phone. The same fault has the same name on every kiosk. */

/** `provider-timeout` → its initials and three digits of its FNV-1a hash, such as `PT-512`. */
export function supportCode(code: string): string {
  const initials = code.split('-').map((word) => word.charAt(0).toUpperCase())
  let hash = 0x811c9dc5
  for (const character of code) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0
  }
  return `${initials.join('')}-${100 + (hash % 900)}`
}
