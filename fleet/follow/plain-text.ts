/** Makes what somebody else wrote fit to be shown. Never lets a letter through that moves a cursor or turns a line round. */

/** Controls (C0, C1), line and paragraph ends, what joins or hides letters, and what turns their direction (Trojan Source). */
const NOT_SHOWN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu

/** One line, at most `most` letters. */
export function plainText(text: string, most = 200): string {
  const shown = text.slice(0, most * 2).replace(NOT_SHOWN, '\u{fffd}')
  const letters = [...shown]
  return letters.length <= most ? shown : `${letters.slice(0, most - 1).join('')}…`
}

/** As `plainText`, with its line ends kept. */
export function plainLines(text: string): string {
  return text
    .split('\n')
    .map((line) => plainText(line))
    .join('\n')
}
