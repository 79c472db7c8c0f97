import { describe, expect, it } from 'vitest'
import { compileCatalogs } from './compile-catalogs.ts'

const ENGLISH = {
  close: 'Close',
  left: '{seconds, plural, one {# second left} other {# seconds left}}',
  hello: 'Hello {name}',
}
const GERMAN = {
  close: 'Schließen',
  left: '{seconds, plural, one {noch # Sekunde} other {noch # Sekunden}}',
  hello: 'Hallo {name}',
}

const compile = (german: Record<string, string>) => compileCatalogs({ en: ENGLISH, de: { ...GERMAN, ...german } })

describe('compileCatalogs', () => {
  it('compiles plain texts', () => {
    expect(compile({}).de?.close).toEqual(['Schließen'])
  })

  it('fails where a language lacks a text', () => {
    expect(() => compileCatalogs({ en: ENGLISH, de: { left: GERMAN.left } })).toThrow(
      'the catalogs are not complete:\nrenderer/languages/de.json › close is missing\nrenderer/languages/de.json › hello is missing',
    )
  })

  it.each([
    ['an empty text', { close: ' ' }, 'de.json › close is missing'],
    ['an unknown text', { open: 'Öffnen' }, 'de.json › open is no text of the English catalog'],
    ['a broken message', { hello: 'Hallo {name' }, 'de.json › hello is no ICU message'],
    ['a value that is not there', { hello: 'Hallo {nom}' }, 'de.json › hello lacks the value {name}'],
    [
      'a value of its own',
      { close: 'Zu {name}' },
      'de.json › close uses the value {name}, which English does not have',
    ],
    ['a missing plural form', { left: '{seconds, plural, other {#}}' }, 'de.json › left lacks the plural forms one'],
  ])('names %s', (_what, german, fault) => {
    expect(() => compile(german)).toThrow(fault)
  })

  it('wants the six forms of Arabic', () => {
    expect(() => compileCatalogs({ en: ENGLISH, ar: ENGLISH })).toThrow(
      'lacks the plural forms zero, two, few, many of {seconds}',
    )
  })
})
