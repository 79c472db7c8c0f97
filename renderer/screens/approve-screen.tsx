/** Approve sign-in: everything a person needs to sign in with their own phone. Never shows a code that has run out. */
import type { TroubleCode } from '../../contract/kiosk-error.ts'
import { CodeCard, CodeCardPlaceholder } from '../components/code-card.tsx'
import { ShieldIcon } from '../components/icons.tsx'
import { ScreenFrame } from '../components/screen-frame.tsx'
import { StepList } from '../components/step-list.tsx'
import { useWording } from '../languages/use-wording.ts'
import { POLL_TROUBLE_KINDS } from '../poll-trouble-kind.ts'
import type { HelperClock } from '../received-view.ts'
import type { Identity, SessionOf } from '../session-of.ts'
import { useHasPassed } from '../use-helper-time.ts'
import type { Send } from '../use-kiosk.ts'
import { useTouchAnywhere } from '../use-press.ts'

type ApproveScreenProps = {
  identity: Identity
  /** `preparing` while a code is renewed. */
  session: SessionOf<'awaitingApproval'> | SessionOf<'preparing'>
  codePrefilled: boolean
  clock: HelperClock
  send: Send
}

export function ApproveScreen({ identity, session, codePrefilled, clock, send }: ApproveScreenProps) {
  const { approve } = useWording()
  useTouchAnywhere(send)
  return (
    <ScreenFrame kind={session.kind} generation={session.generation} identity={identity}>
      <div className="approve" data-variant={codePrefilled ? 'link' : 'code'}>
        <div className="approve-words">
          <h1 className="approve-title">{approve.title}</h1>
          <StepList steps={codePrefilled ? approve.stepsWithLink : approve.stepsWithCode} />
        </div>
        {session.kind === 'awaitingApproval' ? (
          <LiveCard session={session} clock={clock} />
        ) : (
          <CodeCardPlaceholder codePrefilled={codePrefilled} />
        )}
        <footer className="approve-footer">
          <p className="phishing-line">
            <ShieldIcon />
            {approve.phishing}
          </p>
          <WaitingLine pollTrouble={session.kind === 'awaitingApproval' ? session.pollTrouble : null} />
        </footer>
      </div>
    </ScreenFrame>
  )
}

function WaitingLine({ pollTrouble }: { pollTrouble: TroubleCode | null }) {
  const { approve } = useWording()
  return (
    <p className="waiting-line" data-troubled={pollTrouble !== null}>
      <span className="waiting-dot" aria-hidden="true" />
      {pollTrouble === null ? (
        approve.waiting
      ) : (
        <span className="waiting-trouble">
          <strong>{approve.pollTrouble[POLL_TROUBLE_KINDS[pollTrouble]]}</strong>
          <span>{approve.codeStaysGood}</span>
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
