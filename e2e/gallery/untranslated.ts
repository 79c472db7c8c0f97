/** Finds words that a screen says in another language's pictures as it does in English. Pure. */

/** Runs inside the page: the words on the glass, piece by piece. Takes nothing from this module's scope. */
export function readWords(): string[] {
  const words: string[] = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.textContent?.trim() ?? ''
    if (text !== '' && node.parentElement?.checkVisibility()) words.push(text)
  }
  for (const element of document.querySelectorAll('[aria-label]')) words.push(element.getAttribute('aria-label') ?? '')
  return words
}

/** Two words in a row are a sentence of somebody's; one alone may be the same in many languages. */
const LOOKS_LIKE_A_SENTENCE = /\p{L}{2,}\P{L}+\p{L}{2,}/u

/**
 * @param data everything the page was given: names, places, addresses and problems are nobody's to translate
 * @returns what stands in both
 */
export function untranslated(english: readonly string[], other: readonly string[], data: string): string[] {
  const known = new Set(english)
  return [...new Set(other)].filter(
    (words) =>
      known.has(words) && LOOKS_LIKE_A_SENTENCE.test(words) && !words.split(' · ').every((part) => data.includes(part)),
  )
}
