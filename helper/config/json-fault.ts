/** Where a text stops being JSON, and what is likely wrong there. Pure. Quotes nothing of the text, which may hold a secret. */
import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser'

type JsonFault = { what: string; remedy: string }

/** What people write that other languages allow, by what stands at the fault. First match first. */
const HABITS: readonly [RegExp, string][] = [
  [/^(<{7}|={7}|>{7}|\|{7})/, 'Settle the merge conflict there, and remove its markers.'],
  [/^(#|\/[/*])/, 'Remove the comment: JSON has none.'],
  [/^['‘’“”„‟‚«»`]/, 'Write straight double quotes (").'],
  [/^(true|false|null|none)\b/i, 'Write true, false or null, in small letters.'],
  [/^[\p{L}_$]/u, 'Put the word in double quotes.'],
  [/^[+.\d]/, 'Write the number as JSON does, such as 15 or 0.25.'],
]

const AT_PLACE = 'Mend the JSON at that place.'

function isComma(text: string, end: number): boolean {
  return text.slice(0, end).trimEnd().endsWith(',')
}

function remedyFor(text: string, { error, offset }: ParseError): string {
  const rest = text.slice(offset)
  const name = printParseErrorCode(error)
  if (name === 'InvalidEscapeCharacter') return 'Write a backslash twice, as in "\\\\".'
  if (name === 'UnexpectedEndOfString') return 'End the text with a double quote on its own line.'
  if (name === 'InvalidCharacter') return 'Remove the tab or other control character from the text.'
  if (rest.trim() === '') return 'Write the rest of the file: a bracket or more is still open.'
  if (/^[\]}]/.test(rest)) return isComma(text, offset) ? 'Remove the comma before the bracket.' : AT_PLACE
  const habit = HABITS.find(([pattern]) => pattern.test(rest))?.[1]
  // A sound value may only lack what stands before it.
  if (name === 'CommaExpected' && /^["[{\-\d]/.test(rest)) return 'Put a comma before it.'
  return habit ?? AT_PLACE
}

function firstError(text: string): ParseError | null {
  const errors: ParseError[] = []
  try {
    parse(text, errors, { disallowComments: true, allowTrailingComma: false })
  } catch (error) {
    // The parser calls itself, and somebody may have written thousands of brackets.
    if (!(error instanceof RangeError)) throw error
  }
  return errors.toSorted((one, other) => one.offset - other.offset)[0] ?? null
}

/** @param text what `JSON.parse` cannot read */
export function findJsonFault(text: string): JsonFault {
  const utf8 = 'Save it as UTF-8 without a byte order mark.'
  if (text.includes('\0')) return { what: 'is not UTF-8', remedy: utf8 }
  if (text.startsWith('\ufeff')) return { what: 'begins with a byte order mark', remedy: utf8 }
  const error = firstError(text)
  if (!error) return { what: 'is not JSON', remedy: 'Open it in an editor that marks what is wrong in JSON.' }
  const lines = text.slice(0, error.offset).split('\n')
  const place = `line ${lines.length} column ${(lines.at(-1)?.length ?? 0) + 1}`
  return { what: `is not JSON (at character ${error.offset} (${place}))`, remedy: remedyFor(text, error) }
}
