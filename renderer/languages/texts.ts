/** The page's texts by id. Holds no words itself: each language is one catalog beside this file. */

import { CATALOG_LOADERS, ENGLISH, LANGUAGE_FACTS } from 'virtual:catalogs'
import { type Messages, setupI18n } from '@lingui/core'
import type { Language } from '../../contract/languages.ts'
import type english from './en.json'

export type TextId = keyof typeof english

/** What has a headline and a sentence: `sign-in-declined` of `trouble.sign-in-declined.title` and `….body`. */
export type NoticeId = { [Id in TextId]: Id extends `${infer Notice}.title` ? WithBody<Notice> : never }[TextId]
type WithBody<Notice extends string> = `${Notice}.body` extends TextId ? Notice : never

/** Answers the text of an id, with the values that the English one names in braces. */
export type Translate = (id: TextId, values?: Readonly<Record<string, string | number>>) => string

function createTranslate(language: Language, messages: Messages): Translate {
  const i18n = setupI18n({
    locale: language,
    // Codes and clocks are in Latin digits; counts beside them are as well.
    locales: `${language}-u-nu-latn`,
    messages: { [language]: messages },
  })
  return (id, values) => i18n._(id, { ...values })
}

/** Always there; the other languages are loaded. */
export const inEnglish = createTranslate('en', ENGLISH)

/** Rejects where the page's own files cannot be read. */
export async function loadTexts(language: Language): Promise<Translate> {
  return createTranslate(language, await CATALOG_LOADERS[language]())
}

export function directionOf(language: Language): 'ltr' | 'rtl' {
  return LANGUAGE_FACTS[language].direction
}

/** What its speakers call it. */
export function nameOf(language: Language): string {
  return LANGUAGE_FACTS[language].name
}

/** Both parts of a notice, for the ear. */
export function spokenNotice(t: Translate, notice: NoticeId): string {
  return `${t(`${notice}.title`)}. ${t(`${notice}.body`)}`
}
