/** What is asked, ten boxes for the answer, and a keypad to fill them. Never shows more of an answer than was just typed. */
import { useText } from '../languages/language-context.ts'
import type { HelperClock } from '../received-view.ts'
import { clockText } from '../time-text.ts'
import { useMsLeft } from '../use-helper-time.ts'
import { spelledUserCode } from '../user-code-text.ts'
import { Keypad } from './keypad.tsx'
import { isComplete, type TechnicianState } from './technician-state.ts'
import type { Technician } from './use-technician.ts'

const GROUPS = [
  [0, 1, 2, 3, 4],
  [5, 6, 7, 8, 9],
] as const

type ChallengePanelProps = {
  deviceId: string
  state: Extract<TechnicianState, { kind: 'challenge' }>
  technician: Technician
  clock: HelperClock
}

export function ChallengePanel({ deviceId, state, technician, clock }: ChallengePanelProps) {
  const t = useText()
  const { send, check } = technician
  return (
    <div className="challenge-panel">
      <div className="challenge-side">
        <div>
          <h1 className="support-title">{t('technician.title')}</h1>
          <p className="support-advice">{t('technician.advice')}</p>
        </div>
        <dl className="challenge-card">
          <div>
            <dt>{t('technician.deviceId')}</dt>
            <dd className="challenge-device">{deviceId}</dd>
          </div>
          <div>
            <dt>{t('technician.challenge')}</dt>
            <dd>
              <Challenge text={state.challenge} />
            </dd>
          </div>
          <ChallengeTimeLeft clock={clock} untilMs={state.expiresAtMs} />
        </dl>
        <div className="answer">
          <DigitBoxes digits={state.digits} isWrong={state.note === 'wrong'} />
          <p className="answer-note" data-note={state.note}>
            {state.note !== null && <strong>{t(`technician.notes.${state.note}`)} </strong>}
            {t('technician.triesLeft', { tries: state.triesLeft })}
          </p>
        </div>
      </div>
      <div className="challenge-keys">
        <Keypad
          isDisabled={state.isChecking}
          onDigit={(digit) => send({ kind: 'digit', digit })}
          onDelete={() => send({ kind: 'deleted' })}
          onClear={() => send({ kind: 'cleared' })}
          onEnter={check}
        />
        <button
          type="button"
          className="button button-primary answer-check"
          disabled={!isComplete(state)}
          onClick={check}
        >
          {t('technician.check')}
        </button>
      </div>
    </div>
  )
}

function Challenge({ text }: { text: string }) {
  const t = useText()
  const [first = '', second = ''] = text.split('-')
  return (
    <span className="challenge-text" role="img" aria-label={spelledUserCode(text, t('approve.dash'))}>
      {first}
      <span className="challenge-dash">-</span>
      {second}
    </span>
  )
}

function ChallengeTimeLeft({ clock, untilMs }: { clock: HelperClock; untilMs: number }) {
  const t = useText()
  return (
    <div className="challenge-time">
      <dt>{t('technician.goodFor')}</dt>
      <dd>{clockText(useMsLeft(clock, untilMs))}</dd>
    </div>
  )
}

function DigitBoxes({ digits, isWrong }: { digits: string; isWrong: boolean }) {
  const t = useText()
  return (
    <div
      className="digit-boxes"
      data-wrong={isWrong}
      role="img"
      aria-label={t('technician.digitsName', { count: digits.length })}
    >
      {GROUPS.map((group) => (
        <span key={group[0]} className="digit-group">
          {group.map((place) => (
            <span key={place} className="digit-box" data-next={place === digits.length}>
              {digits.charAt(place)}
            </span>
          ))}
        </span>
      ))}
    </div>
  )
}
