/** A fresh sign-in code without a reboot: asks once, then shows the code for as long as it is good. Never asks for one by itself. */
import { useState } from 'react'
import type { SessionState } from '../../contract/session-state.ts'
import { CodeCard, CodeCardPlaceholder } from '../components/code-card.tsx'
import { AttentionIcon } from '../components/icons.tsx'
import { Message } from '../components/message.tsx'
import { useText } from '../languages/language-context.ts'
import type { HelperClock } from '../received-view.ts'
import type { SessionOf } from '../session-of.ts'
import { clockText } from '../time-text.ts'
import { useHasPassed, useMsLeft } from '../use-helper-time.ts'
import type { Send } from '../use-kiosk.ts'

type FreshCode = 'asking' | 'ordered' | 'shown' | 'throttled'

type FreshCodePageProps = {
  session: SessionState
  codePrefilled: boolean
  clock: HelperClock
  send: Send
  onBack: () => void
}

export function FreshCodePage({ session, codePrefilled, clock, send, onBack }: FreshCodePageProps) {
  const [step, setStep] = useState<FreshCode>('asking')
  const order = async () => {
    setStep('ordered')
    const isAccepted = await send({ kind: 'restartSignIn' })
    setStep(isAccepted ? 'shown' : 'throttled')
  }
  if (step === 'asking' || step === 'ordered') {
    return <Question session={session} isOrdered={step === 'ordered'} onOrder={order} onBack={onBack} />
  }
  return (
    <ShownCode
      {...{ session, codePrefilled, clock, onBack }}
      isThrottled={step === 'throttled'}
      onAgain={() => setStep('asking')}
    />
  )
}

type QuestionProps = { session: SessionState; isOrdered: boolean; onOrder: () => void; onBack: () => void }

function Question({ session, isOrdered, onOrder, onBack }: QuestionProps) {
  const t = useText()
  const endsSession = session.kind === 'signedIn' || session.kind === 'confirming'
  return (
    <Message
      title={t('support.freshCode.title')}
      body={t(endsSession ? 'support.freshCode.endsSession' : 'support.freshCode.replaces')}
      picture={
        <span className="message-picture message-picture-warning">
          <AttentionIcon />
        </span>
      }
    >
      <div className="support-choices">
        <button type="button" className="button button-primary" disabled={isOrdered} onClick={onOrder}>
          {t('support.freshCode.confirm')}
        </button>
        <button type="button" className="button" disabled={isOrdered} onClick={onBack}>
          {t('support.back')}
        </button>
      </div>
    </Message>
  )
}

type ShownCodeProps = Omit<FreshCodePageProps, 'send'> & { isThrottled: boolean; onAgain: () => void }

function ShownCode({ session, codePrefilled, clock, isThrottled, onAgain, onBack }: ShownCodeProps) {
  const t = useText()
  const isUnderWay = session.kind === 'preparing' || session.kind === 'awaitingApproval'
  // The kiosk, or the provider, wants no request before its time.
  const mustWait = session.kind === 'trouble' && session.notBefore !== null
  return (
    <div className="approve fresh-code" data-variant={codePrefilled ? 'link' : 'code'}>
      <div className="approve-words">
        <h1 className="support-title">{t(isUnderWay ? 'support.freshCode.shown' : 'support.freshCode.none')}</h1>
        {isUnderWay && <p className="support-advice">{t('support.freshCode.closes')}</p>}
        {isThrottled && (
          <p className="fresh-code-note" role="status">
            {t('support.freshCode.throttled')}
          </p>
        )}
        <div className="fresh-code-choices">
          {!isUnderWay && !mustWait && (
            <button type="button" className="button button-primary" onClick={onAgain}>
              {t('support.freshCode.confirm')}
            </button>
          )}
          <button type="button" className="button" onClick={onBack}>
            {t('support.back')}
          </button>
        </div>
      </div>
      {session.kind === 'awaitingApproval' ? (
        <LiveCard session={session} clock={clock} />
      ) : session.kind === 'trouble' ? (
        <Trouble session={session} clock={clock} />
      ) : session.kind === 'preparing' ? (
        <CodeCardPlaceholder codePrefilled={codePrefilled} />
      ) : null}
    </div>
  )
}

/** Takes a code off the glass when its time is over, even where the helper is late to say so. */
function LiveCard({ session, clock }: { session: SessionOf<'awaitingApproval'>; clock: HelperClock }) {
  const isOver = useHasPassed(clock, session.expiresAtMs)
  if (isOver) return <CodeCardPlaceholder codePrefilled={session.codePrefilled} />
  return <CodeCard session={session} clock={clock} />
}

function Trouble({ session, clock }: { session: SessionOf<'trouble'>; clock: HelperClock }) {
  const t = useText()
  const msLeft = useMsLeft(clock, session.retryAt)
  return (
    <section className="fresh-code-trouble">
      <h2>{t(`trouble.${session.code}.title`)}</h2>
      <p>{t(`trouble.${session.code}.body`)}</p>
      <p className="support-countdown" role="timer">
        {msLeft > 0 ? t('trouble.retryIn', { clock: clockText(msLeft) }) : t('trouble.retrying')}
      </p>
    </section>
  )
}
