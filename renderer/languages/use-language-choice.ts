/** Which language the screen speaks: the kiosk's own, until a person chooses. Their choice goes when they do. */
import { useEffect, useLayoutEffect, useMemo, useState } from 'react'
import { LANGUAGES, type Language } from '../../contract/languages.ts'
import type { KioskView } from '../../contract/window-bridge.ts'
import { untouchedMs } from '../last-input.ts'
import type { LanguageChoice } from './language-context.ts'
import { directionOf, translateInto } from './texts.ts'

/** Nobody reads on for so long without a touch; the next person finds the kiosk's own language. */
const FORGET_AFTER_MS = 120_000
const LOOK_MS = 5_000

/** Before the helper has said anything: the machine's own language, if the screen speaks it. */
function languageOfMachine(): Language {
  // By the list, not by its schema: that would bring all of zod into the page.
  const known = navigator.languages.map((tag) => LANGUAGES.find((language) => language === tag.split('-')[0]))
  return known.find((language) => language !== undefined) ?? 'en'
}

export function useLanguageChoice(view: KioskView): LanguageChoice {
  const [chosen, choose] = useState<Language | null>(null)
  const [offered, setOffered] = useState<readonly Language[]>(() => [languageOfMachine()])
  const kind = view.kind === 'linked' ? view.snapshot.session.kind : null
  // While the helper is away, what it said last still holds.
  const told = view.kind === 'linked' ? view.snapshot.display.languages : offered
  if (told.join() !== offered.join()) setOffered(told)
  useEffect(() => {
    if (kind === 'attract') choose(null)
    if (kind === 'ended') return () => choose(null)
  }, [kind])
  useEffect(() => {
    if (chosen === null) return
    const isOfThePerson = kind === 'confirming' || kind === 'signedIn'
    const ticker = setInterval(() => {
      if (!isOfThePerson && untouchedMs() > FORGET_AFTER_MS) choose(null)
    }, LOOK_MS)
    return () => clearInterval(ticker)
  }, [chosen, kind])
  const language = chosen !== null && offered.includes(chosen) ? chosen : (offered[0] ?? 'en')
  useLayoutEffect(() => {
    const { documentElement } = document
    documentElement.lang = language
    documentElement.dir = directionOf(language)
  }, [language])
  return useMemo(() => ({ language, offered, choose, t: translateInto(language) }), [language, offered])
}
