/** Every language the kiosk speaks, each by its own name. */

import { useLanguage } from '../languages/language-context.ts'
import { nameOf } from '../languages/texts.ts'
import { CheckIcon } from './icons.tsx'
import { Sheet } from './sheet.tsx'

export function LanguageSheet({ onClose }: { onClose: () => void }) {
  const { language, offered, choose, t } = useLanguage()
  return (
    <Sheet className="language-sheet" title={t('language.choose')} onClose={onClose}>
      <ul className="language-list">
        {offered.map((each) => (
          <li key={each}>
            <button
              type="button"
              className="button language-choice"
              lang={each}
              aria-current={each === language}
              onClick={() => {
                choose(each)
                onClose()
              }}
            >
              {nameOf(each)}
              {each === language && <CheckIcon />}
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
  )
}
