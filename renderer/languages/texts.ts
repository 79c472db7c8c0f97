/** The page's texts by id. Holds no words itself: each language is one catalog beside this file. */

import { CATALOGS } from 'virtual:catalogs'
import { setupI18n } from '@lingui/core'
import { LANGUAGES, type Language } from '../../contract/languages.ts'
import type english from './en.json'

export type TextId = keyof typeof english

/** What has a headline and a sentence: `sign-in-declined` of `trouble.sign-in-declined.title` and `….body`. */
export type NoticeId = { [Id in TextId]: Id extends `${infer Notice}.title` ? WithBody<Notice> : never }[TextId]
type WithBody<Notice extends string> = `${Notice}.body` extends TextId ? Notice : never

/** Answers the text of an id, with the values that the English one names in braces. */
export type Translate = (id: TextId, values?: Readonly<Record<string, string | number>>) => string

function createTranslate(language: Language): Translate {
  const i18n = setupI18n({
    locale: language,
    // Codes and clocks are in Latin digits; counts beside them are as well.
    locales: `${language}-u-nu-latn`,
    messages: { [language]: CATALOGS[language] },
  })
  return (id, values) => i18n._(id, { ...values })
}

const TRANSLATES = new Map(LANGUAGES.map((language) => [language, createTranslate(language)]))

export function translateInto(language: Language): Translate {
  const translate = TRANSLATES.get(language)
  if (translate === undefined) throw new Error(`there is no catalog for "${language}"`)
  return translate
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return translateInto(language)('language.direction') === 'rtl' ? 'rtl' : 'ltr'
}

/** Both parts of a notice, for the ear. */
export function spokenNotice(t: Translate, notice: NoticeId): string {
  return `${t(`${notice}.title`)}. ${t(`${notice}.body`)}`
}
