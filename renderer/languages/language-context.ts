/** The language on screen and its texts, for components. Never let a component import a language itself. */
import { createContext, useContext } from 'react'
import type { Language } from '../../contract/languages.ts'
import { inEnglish, type Translate } from './texts.ts'

export type LanguageChoice = {
  language: Language
  /** What the kiosk offers, its own language first. */
  offered: readonly Language[]
  choose: (language: Language) => void
  t: Translate
}

export const LanguageContext = createContext<LanguageChoice>({
  language: 'en',
  offered: ['en'],
  choose: () => {},
  t: inEnglish,
})

export function useLanguage(): LanguageChoice {
  return useContext(LanguageContext)
}

/** The texts of the language on screen, by id. */
export function useText(): Translate {
  return useContext(LanguageContext).t
}
