/** On-screen help: what stops people most, and what to tell IT. The code stays on the glass behind it wherever there is room. */

import { useId } from 'react'
import type { TroubleCode } from '../../contract/kiosk-error.ts'
import { supportCode } from '../../contract/support-code.ts'
import { useText } from '../languages/language-context.ts'
import { shortUrl } from '../short-url.ts'
import { CameraIcon, ChevronIcon, CodeIcon, SignalIcon, StopIcon } from './icons.tsx'
import { Sheet } from './sheet.tsx'

export type HelpFacts = {
  deviceId: string
  /** The code on screen and where it is entered; null while there is none. */
  code: { userCode: string; verificationUri: string } | null
  /** What is wrong at the moment, if anything. */
  troubleCode: TroubleCode | null
}

export function HelpSheet({ facts, onClose }: { facts: HelpFacts; onClose: () => void }) {
  const t = useText()
  const topicsName = useId()
  const { deviceId, code, troubleCode } = facts
  const topics = [
    {
      icon: <CameraIcon />,
      title: t('help.noCamera.title'),
      body:
        code === null
          ? t('help.noCamera.later')
          : t('help.noCamera.body', {
              address: isolated(shortUrl(code.verificationUri)),
              code: isolated(code.userCode),
            }),
    },
    { icon: <SignalIcon />, title: t('help.noSignal.title'), body: t('help.noSignal.body') },
    { icon: <CodeIcon />, title: t('help.codeFails.title'), body: t('help.codeFails.body') },
    { icon: <StopIcon />, title: t('help.refused.title'), body: t('help.refused.body') },
  ]
  return (
    <Sheet className="help-sheet" title={t('help.title')} onClose={onClose}>
      <div className="help-topics">
        {topics.map(({ icon, title, body }, index) => (
          // One name for all: opening one closes the others.
          <details key={title} name={topicsName} className="help-topic" open={index === 0}>
            <summary className="help-topic-title">
              <span className="help-icon">{icon}</span>
              {title}
              <ChevronIcon />
            </summary>
            <p className="help-topic-body">{body}</p>
          </details>
        ))}
      </div>
      <p className="help-facts">
        {t('help.forIt')} <strong>{t('help.device', { device: isolated(deviceId) })}</strong>
        {troubleCode !== null && (
          <>
            {' · '}
            <strong>{t('help.supportCode', { code: isolated(supportCode(troubleCode)) })}</strong>
          </>
        )}
      </p>
    </Sheet>
  )
}

/** Keeps what is read from left to right in one piece among words that are read from right to left. Unicode UAX #9. */
function isolated(text: string): string {
  return `\u2068${text}\u2069`
}
