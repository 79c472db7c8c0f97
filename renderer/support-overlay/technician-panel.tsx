/** The way to technician access: the challenge, or why there is none. The helper decides all of it. */
import { BusyDots } from '../components/busy-dots.tsx'
import { AttentionIcon } from '../components/icons.tsx'
import { Message } from '../components/message.tsx'
import { useText } from '../languages/language-context.ts'
import type { HelperClock } from '../received-view.ts'
import { clockText } from '../time-text.ts'
import { useMsLeft } from '../use-helper-time.ts'
import { ChallengePanel } from './challenge-panel.tsx'
import type { TechnicianState } from './technician-state.ts'
import type { Technician } from './use-technician.ts'

type TechnicianPanelProps = { deviceId: string; technician: Technician; clock: HelperClock }

export function TechnicianPanel({ deviceId, technician, clock }: TechnicianPanelProps) {
  const { state, ask } = technician
  switch (state.kind) {
    case 'challenge':
      return <ChallengePanel {...{ deviceId, state, technician, clock }} />
    case 'locked':
      return <Locked clock={clock} untilMs={state.untilMs} />
    case 'unavailable':
      return <Unavailable because={state.because} onAgain={ask} />
    default:
      return (
        <div className="message">
          <BusyDots />
        </div>
      )
  }
}

const WARNING = (
  <span className="message-picture message-picture-warning">
    <AttentionIcon />
  </span>
)

function Locked({ clock, untilMs }: { clock: HelperClock; untilMs: number }) {
  const t = useText()
  const msLeft = useMsLeft(clock, untilMs)
  return (
    <Message notice="technician.locked" picture={WARNING}>
      <p className="support-countdown" role="timer">
        {t('technician.tryAgainIn', { clock: clockText(msLeft) })}
      </p>
    </Message>
  )
}

type UnavailableProps = { because: Extract<TechnicianState, { kind: 'unavailable' }>['because']; onAgain: () => void }

function Unavailable({ because, onAgain }: UnavailableProps) {
  const t = useText()
  return (
    <Message notice={`technician.unavailable.${because}`} picture={WARNING}>
      <div className="support-choices">
        <button type="button" className="button" onClick={onAgain}>
          {t('technician.askAgain')}
        </button>
      </div>
    </Message>
  )
}

/** Asks once more before the kiosk is left. */
export function Leaving({ technician: { send, act } }: { technician: Technician }) {
  const t = useText()
  return (
    <Message notice="technician.leaving" picture={WARNING}>
      <div className="support-choices">
        <button type="button" className="button button-primary" onClick={() => act('leave-kiosk')}>
          {t('technician.leaveNow')}
        </button>
        <button type="button" className="button" onClick={() => send({ kind: 'stepped', to: 'choosing' })}>
          {t('technician.stay')}
        </button>
      </div>
    </Message>
  )
}

type GrantBarProps = {
  state: Extract<TechnicianState, { kind: 'granted' }>
  technician: Technician
  clock: HelperClock
}

/** How long the access lasts, and what a technician may do to the kiosk itself. */
export function GrantBar({ state, technician: { send, act }, clock }: GrantBarProps) {
  const t = useText()
  const isActing = state.step === 'acting'
  const clockLeft = clockText(useMsLeft(clock, state.untilMs))
  return (
    <footer className="grant-bar">
      <p className="grant-words">
        <strong>{t('technician.granted.title')}. </strong>
        {t('technician.granted.body')}
        <span className="grant-time">{t('technician.accessFor', { clock: clockLeft })}</span>
      </p>
      <button
        type="button"
        className="button"
        disabled={isActing}
        onClick={() => send({ kind: 'stepped', to: 'asked-to-leave' })}
      >
        {t('technician.leave')}
      </button>
      <button type="button" className="button" disabled={isActing} onClick={() => act('restart-screen')}>
        {t('technician.restart')}
      </button>
    </footer>
  )
}
