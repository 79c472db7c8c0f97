/** Which language the screen speaks: the kiosk's own, until a person chooses. Their choice goes when they do. */
import { useEffect, useLayoutEffect, useMemo, useState } from 'react'
import { LANGUAGES, type Language } from '../../contract/languages.ts'
import type { KioskView } from '../../contract/window-bridge.ts'
import { untouchedMs } from '../last-input.ts'
import { reportProblem } from '../report-problem.ts'
import type { LanguageChoice } from './language-context.ts'
import { directionOf, inEnglish, loadTexts, type Translate } from './texts.ts'

/** Nobody reads on for so long without a touch; the next person finds the kiosk's own language. */
const FORGET_AFTER_MS = 120_000
const LOOK_MS = 5_000

/** The kiosk's own language; before the helper has said anything, the machine's, if the screen speaks it. */
export function languageOfView(view: KioskView): Language {
  return languagesOf(view)?.[0] ?? languageOfMachine()
}

function languagesOf(view: KioskView): readonly Language[] | null {
  return view.kind === 'linked' ? view.snapshot.display.languages : null
}

function languageOfMachine(): Language {
  // By the list, not by its schema: that would bring all of zod into the page.
  const known = navigator.languages.map((tag) => LANGUAGES.find((language) => language === tag.split('-')[0]))
  return known.find((language) => language !== undefined) ?? 'en'
}

export function useLanguageChoice(view: KioskView): LanguageChoice {
  const [chosen, choose] = useState<Language | null>(null)
  const [offered, setOffered] = useState<readonly Language[]>(() => languagesOf(view) ?? [loaded.language])
  const kind = view.kind === 'linked' ? view.snapshot.session.kind : null
  // While the helper is away, what it said last still holds.
  const told = languagesOf(view) ?? offered
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
  const wanted = chosen !== null && offered.includes(chosen) ? chosen : (offered[0] ?? 'en')
  const { language, t } = useTexts(wanted)
  useLayoutEffect(() => {
    const { documentElement } = document
    documentElement.lang = language
    documentElement.dir = directionOf(language)
  }, [language])
  return useMemo(() => ({ language, offered, choose, t }), [language, offered, t])
}

type Texts = { language: Language; t: Translate }

let loaded: Texts = { language: 'en', t: inEnglish }

/** Makes a language's texts ready. Never rejects: without them the page speaks on as before. */
export async function readyTexts(language: Language): Promise<Texts> {
  try {
    loaded = { language, t: await loadTexts(language) }
  } catch (error) {
    reportProblem(`The texts of "${language}" could not be loaded`, error)
  }
  return loaded
}

/** The texts before stay on screen until the others are there. */
function useTexts(wanted: Language): Texts {
  const [texts, setTexts] = useState(loaded)
  useEffect(() => {
    if (wanted === texts.language) return
    let isWanted = true
    void readyTexts(wanted).then((ready) => {
      if (isWanted) setTexts(ready)
    })
    return () => {
      isWanted = false
    }
  }, [wanted, texts.language])
  return texts
}
