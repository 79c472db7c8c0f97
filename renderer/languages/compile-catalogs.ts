/** Compiles the catalogs for the page at build time. Never lets a language through that lacks a text or a plural form. */
import { type CompiledMessage, compileMessageOrThrow } from '@lingui/message-utils/compileMessage'

export type Catalog = Readonly<Record<string, string>>
export type CompiledCatalog = Record<string, CompiledMessage>

const CHOICES = ['plural', 'selectordinal', 'select']

/** What a message takes and which plural forms it has: `{ seconds: ['one', 'other'] }`; no forms for a plain value. */
function argumentsOf(message: CompiledMessage, found: Record<string, string[]> = {}): Record<string, string[]> {
  for (const token of message) {
    if (typeof token === 'string') continue
    const [name, type, choices] = token
    if (name === '#') continue
    found[name] ??= []
    if (type === undefined || !CHOICES.includes(type)) continue
    for (const [form, chosen] of Object.entries(choices as Record<string, CompiledMessage>)) {
      if (form === 'offset') continue
      found[name].push(form)
      if (Array.isArray(chosen)) argumentsOf(chosen, found)
    }
  }
  return found
}

function compileText(text: string): CompiledMessage | Error {
  try {
    return compileMessageOrThrow(text)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** Faults of one text, compared with the English one. */
function faultsOf(language: string, english: CompiledMessage, message: CompiledMessage): string[] {
  const [wanted, given] = [argumentsOf(english), argumentsOf(message)]
  const faults: string[] = []
  for (const name of Object.keys(wanted)) if (!(name in given)) faults.push(`lacks the value {${name}}`)
  for (const [name, forms] of Object.entries(given)) {
    if (!(name in wanted)) faults.push(`uses the value {${name}}, which English does not have`)
    if (forms.length === 0) continue
    const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories
    const missing = needed.filter((form) => !forms.includes(form))
    if (missing.length > 0) faults.push(`lacks the plural forms ${missing.join(', ')} of {${name}}`)
  }
  return faults
}

/**
 * @param catalogs ICU messages by id, by language; English is the one that the others are measured by
 * @throws Error that lists every fault of every language
 */
export function compileCatalogs(catalogs: Readonly<Record<string, Catalog>>): Record<string, CompiledCatalog> {
  const { en: english } = catalogs
  if (english === undefined) throw new Error('renderer/languages/en.json is not there')
  const faults: string[] = []
  const compiled: Record<string, CompiledCatalog> = {}
  for (const [language, catalog] of Object.entries(catalogs)) {
    const texts: CompiledCatalog = {}
    const fault = (id: string, what: string) => faults.push(`renderer/languages/${language}.json › ${id} ${what}`)
    for (const id of Object.keys(catalog)) if (!(id in english)) fault(id, 'is no text of the English catalog')
    for (const [id, englishText] of Object.entries(english)) {
      const text = catalog[id]
      if (text === undefined || text.trim() === '') {
        fault(id, 'is missing')
        continue
      }
      const [message, measure] = [compileText(text), compileText(englishText)]
      if (message instanceof Error) fault(id, `is no ICU message: ${message.message}`)
      else if (!(measure instanceof Error)) for (const what of faultsOf(language, measure, message)) fault(id, what)
      if (!(message instanceof Error)) texts[id] = message
    }
    compiled[language] = texts
  }
  if (faults.length > 0) throw new Error(`the catalogs are not complete:\n${faults.join('\n')}`)
  return compiled
}
