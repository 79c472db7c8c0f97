/** The foot of the screens that people wait at: how things stand, in words, the language and help. */
import { type ReactNode, useCallback, useState } from 'react'
import { useLanguage } from '../languages/language-context.ts'
import { type HelpFacts, HelpSheet } from './help-sheet.tsx'
import { GlobeIcon, HelpIcon } from './icons.tsx'
import { LanguageSheet } from './language-sheet.tsx'

type ScreenFooterProps = { help: HelpFacts; children?: ReactNode }

export function ScreenFooter({ help, children }: ScreenFooterProps) {
  const { offered, t } = useLanguage()
  const [open, setOpen] = useState<'help' | 'language' | null>(null)
  const close = useCallback(() => setOpen(null), [])
  return (
    <footer className="screen-footer">
      {children}
      <div className="footer-buttons">
        {offered.length > 1 && (
          <button
            type="button"
            className="button footer-button"
            aria-label={t('language.button', { name: t('language.name') })}
            onClick={() => setOpen('language')}
          >
            <GlobeIcon />
            {t('language.name')}
          </button>
        )}
        <button type="button" className="button footer-button" onClick={() => setOpen('help')}>
          <HelpIcon />
          {t('help.open')}
        </button>
      </div>
      {open === 'help' && <HelpSheet facts={help} onClose={close} />}
      {open === 'language' && <LanguageSheet onClose={close} />}
    </footer>
  )
}
