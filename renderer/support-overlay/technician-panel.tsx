/** Technician access: the challenge, why there is none, or what the technician may do. The helper decides all of it. */
import { useEffect } from 'react'
import { assertNever } from '../../contract/kiosk-error.ts'
import { BusyDots } from '../components/busy-dots.tsx'
import { AttentionIcon, CheckIcon } from '../components/icons.tsx'
import { Message } from '../components/message.tsx'
import { useText } from '../languages/language-context.ts'
import type { HelperClock } from '../received-view.ts'
import { clockText } from '../time-text.ts'
import { useMsLeft } from '../use-helper-time.ts'
import { ChallengePanel } from './challenge-panel.tsx'
import { technicianAnnouncement } from './technician-announcement.ts'
import type { TechnicianState } from './technician-state.ts'
import { type Technician, useTechnician } from './use-technician.ts'

type TechnicianPanelProps = {
  deviceId: string
  clock: HelperClock
  onAnnounce: (text: string) => void
}

export function TechnicianPanel({ deviceId, clock, onAnnounce }: TechnicianPanelProps) {
  const t = useText()
  const technician = useTechnician(clock)
  const { state } = technician
  const announcement = technicianAnnouncement(state, t)
  useEffect(() => onAnnounce(announcement), [onAnnounce, announcement])
  switch (state.kind) {
    case 'asking':
      return (
        <div className="message">
          <BusyDots />
        </div>
      )
    case 'challenge':
      return <ChallengePanel {...{ deviceId, state, technician, clock }} />
    case 'locked':
      return <Locked clock={clock} untilMs={state.untilMs} />
    case 'unavailable':
      return <Unavailable because={state.because} onAgain={technician.ask} />
    case 'granted':
      return <Granted {...{ state, technician, clock }} />
    default:
      return assertNever(state)
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

type GrantedProps = {
  state: Extract<TechnicianState, { kind: 'granted' }>
  technician: Technician
  clock: HelperClock
}

function Granted({ state, technician: { send, act }, clock }: GrantedProps) {
  const t = useText()
  const isActing = state.step === 'acting'
  const clockLeft = clockText(useMsLeft(clock, state.untilMs))
  if (state.step === 'asked-to-leave') {
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
  return (
    <Message
      notice="technician.granted"
      picture={
        <span className="message-picture">
          <CheckIcon />
        </span>
      }
    >
      <div className="support-choices">
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
      </div>
      <p className="message-note">{t('technician.accessFor', { clock: clockLeft })}</p>
    </Message>
  )
}
