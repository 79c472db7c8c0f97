/** How a user code is cut into groups and spelled. Never adds or drops a character: what is shown is what is typed. */

export type UserCodeGroup = {
  letters: string
  /** The separator the provider wrote after this group, if any. */
  separator: string
}

/**
 * `WDJB-MJHT` stays in the provider's groups; a code without separators is cut into even groups of three or four.
 * RFC 8628 §6.1.
 */
export function userCodeGroups(userCode: string): UserCodeGroup[] {
  const written = [...userCode.matchAll(/([^\s-]+)([\s-]*)/g)].map(([, letters = '', separator = '']) => ({
    letters,
    separator,
  }))
  const [only] = written
  if (written.length !== 1 || only === undefined || only.letters.length < 6) return written
  const size = only.letters.length % 3 === 0 ? 3 : 4
  const cut = only.letters.match(new RegExp(`.{1,${size}}`, 'gu')) ?? []
  return cut.map((letters, index) => ({ letters, separator: index === cut.length - 1 ? only.separator : '' }))
}

/** `WD-4` → `W, D, dash, 4`: a screen reader then reads letter by letter, with a breath between. */
export function spelledUserCode(userCode: string, wordForDash: string): string {
  return [...userCode]
    .filter((character) => character.trim() !== '')
    .map((character) => (character === '-' ? wordForDash : character))
    .join(', ')
}
