import { describe, expect, it } from 'vitest'
import { LANGUAGES } from '../../contract/languages.ts'
import { catalogPaths, readCatalogs } from './catalog-plugin.ts'
import { directionOf, loadTexts, nameOf, type TextId } from './texts.ts'

const catalogs = readCatalogs()
const english = Object.entries(catalogs.en ?? {})

/** Titles and bodies of a part of a catalog, such as `trouble`. */
function noticesOf(language: string, part: string): { title: string; body: string }[] {
  const catalog = catalogs[language] ?? {}
  return Object.keys(catalog)
    .filter((id) => id.startsWith(`${part}.`) && id.endsWith('.title'))
    .map((id) => ({ title: catalog[id] ?? '', body: catalog[id.replace(/title$/, 'body')] ?? '' }))
}

describe('the catalogs', () => {
  it('are one for each language that a bundle may name', () => {
    expect(Object.keys(catalogs).sort()).toEqual([...LANGUAGES].sort())
    expect(catalogPaths()).toHaveLength(LANGUAGES.length)
  })

  it.each(LANGUAGES)('have a title and a body of its own for each fault: %s', (language) => {
    const troubles = noticesOf(language, 'trouble')
    expect(troubles.length).toBeGreaterThan(20)
    expect(new Set(troubles.map(({ title }) => title)).size).toBe(troubles.length)
    expect(new Set(troubles.map(({ body }) => body)).size).toBe(troubles.length)
  })

  it.each(LANGUAGES)('put headlines without and sentences with a full stop: %s', (language) => {
    for (const part of ['trouble', 'ended', 'unlinked', 'help']) {
      for (const { title, body } of noticesOf(language, part)) {
        expect(title).not.toMatch(/[.!]$/)
        if (body !== '') expect(body).toMatch(/\.$/)
      }
    }
  })

  it.each(LANGUAGES)('name a button in a sentence as the button is named: %s', async (language) => {
    const t = await loadTexts(language)
    // In a sentence a button's words stay in one line.
    const button = (id: TextId) => t(id).replaceAll(' ', '\u00a0')
    expect(t('signedIn.body')).toContain(button('signedIn.endShift'))
    expect(t('ended.not-me.body')).toContain(button('confirming.notMe'))
    expect(t('ended.not-confirmed.body')).toContain(button('confirming.startShift'))
  })

  it('spare staff the words of technicians', () => {
    for (const [id, text] of english.filter(([id]) => id.startsWith('trouble.') || id.startsWith('help.'))) {
      expect(text, id).not.toMatch(/\b(DNS|TLS|HTTP|OAuth|proxy|token|certificate|scope|client|provider)\b/i)
    }
  })

  it('leave no text untranslated by chance', () => {
    const sentences = english.filter(([, text]) => text.split(' ').length > 3)
    for (const language of LANGUAGES.filter((each) => each !== 'en')) {
      for (const [id, text] of sentences) expect(catalogs[language]?.[id], `${language} ${id}`).not.toBe(text)
    }
  })
})

describe('loadTexts', () => {
  it('counts as the language does', async () => {
    const [inEnglish, inArabic] = [await loadTexts('en'), await loadTexts('ar')]
    expect([1, 2].map((seconds) => inEnglish('signedIn.idle.secondsLeft', { seconds }))).toEqual([
      'This session ends in 1 second.',
      'This session ends in 2 seconds.',
    ])
    const arabic = [0, 1, 2, 3, 11, 100].map((seconds) => inArabic('signedIn.idle.secondsLeft', { seconds }))
    expect(new Set(arabic.map((text) => text.replaceAll(/\d+/g, '#'))).size).toBeGreaterThanOrEqual(4)
  })

  it.each(LANGUAGES)('writes numbers in Latin digits, as codes and clocks are: %s', async (language) => {
    expect((await loadTexts(language))('technician.triesLeft', { tries: 5 })).toContain('5')
  })

  it('knows what a language is called and which way it is read', () => {
    expect(LANGUAGES.map(directionOf)).toEqual(['ltr', 'ltr', 'ltr', 'ltr', 'rtl'])
    expect(LANGUAGES.map(nameOf)).toEqual(['English', 'Deutsch', 'Français', 'Español', 'العربية'])
  })
})
