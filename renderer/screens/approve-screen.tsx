/** Approve sign-in: everything a person needs to sign in with their own phone. Never shows a code that has run out. */
import type { CSSProperties } from 'react'
import type { TroubleCode } from '../../contract/kiosk-error.ts'
import { CodeCard, CodeCardPlaceholder } from '../components/code-card.tsx'
import { ShieldIcon } from '../components/icons.tsx'
import { ScreenFooter } from '../components/screen-footer.tsx'
import { ScreenFrame } from '../components/screen-frame.tsx'
import { type Step, StepList } from '../components/step-list.tsx'
import { useText } from '../languages/language-context.ts'
import { POLL_TROUBLE_KINDS } from '../poll-trouble-kind.ts'
import type { HelperClock } from '../received-view.ts'
import type { Identity, SessionOf } from '../session-of.ts'
import { useHasPassed } from '../use-helper-time.ts'
import type { Send } from '../use-kiosk.ts'
import { useTouchAnywhere } from '../use-press.ts'

const LOOK_UP: Step = { title: 'approve.steps.lookUp', detail: 'approve.steps.opensByItself' }
const STEPS_WITH_LINK: readonly Step[] = [{ title: 'approve.steps.scan' }, { title: 'approve.steps.signIn' }, LOOK_UP]
const STEPS_WITH_CODE: readonly Step[] = [
  { title: 'approve.steps.scan' },
  { title: 'approve.steps.enterCode', detail: 'approve.steps.thenSignIn' },
  LOOK_UP,
]

type ApproveScreenProps = {
  identity: Identity
  /** `preparing` while a code is renewed. */
  session: SessionOf<'awaitingApproval'> | SessionOf<'preparing'>
  codePrefilled: boolean
  clock: HelperClock
  send: Send
}

export function ApproveScreen({ identity, session, codePrefilled, clock, send }: ApproveScreenProps) {
  const t = useText()
  useTouchAnywhere(send)
  const live = session.kind === 'awaitingApproval' ? session : null
  const troubleCode = live?.pollTrouble ?? null
  return (
    <ScreenFrame kind={session.kind} generation={session.generation} identity={identity}>
      <div className="approve" data-variant={codePrefilled ? 'link' : 'code'}>
        <div className="approve-words">
          <ApproveTitle text={t('approve.title')} />
          <StepList steps={codePrefilled ? STEPS_WITH_LINK : STEPS_WITH_CODE} />
        </div>
        {live !== null ? (
          <LiveCard session={live} clock={clock} />
        ) : (
          <CodeCardPlaceholder codePrefilled={codePrefilled} />
        )}
      </div>
      <ScreenFooter help={{ deviceId: identity.device.id, code: live, troubleCode }}>
        <WaitingLine hasCode={live !== null} pollTrouble={troubleCode} />
        <p className="phishing-line">
          <ShieldIcon />
          {t('approve.phishing')}
        </p>
      </ScreenFooter>
    </ScreenFrame>
  )
}

/** Set as large as its longest word allows, in every language. */
function ApproveTitle({ text }: { text: string }) {
  const measures = {
    '--letters': text.length,
    '--longest-word': Math.max(...text.split(/[\s-]/).map((word) => word.length)),
  } as CSSProperties
  return (
    <h1 className="approve-title" style={measures}>
      {text}
    </h1>
  )
}

/** Without a code there is nothing to be ready for: then it only keeps its place. */
function WaitingLine({ hasCode, pollTrouble }: { hasCode: boolean; pollTrouble: TroubleCode | null }) {
  const t = useText()
  return (
    <p className="waiting-line" data-has-code={hasCode} data-troubled={pollTrouble !== null}>
      <span className="waiting-dot" aria-hidden="true" />
      {pollTrouble === null ? (
        t('approve.waiting')
      ) : (
        <span className="waiting-trouble">
          <strong>{t(`approve.pollTrouble.${POLL_TROUBLE_KINDS[pollTrouble]}`)}</strong>
          <span>{t('approve.codeStaysGood')}</span>
        </span>
      )}
    </p>
  )
}

/** Takes a code off the glass when its time is over, even where the helper is late to say so. */
function LiveCard({ session, clock }: { session: SessionOf<'awaitingApproval'>; clock: HelperClock }) {
  const isOver = useHasPassed(clock, session.expiresAtMs)
  if (isOver) return <CodeCardPlaceholder codePrefilled={session.codePrefilled} />
  return <CodeCard session={session} clock={clock} />
}
