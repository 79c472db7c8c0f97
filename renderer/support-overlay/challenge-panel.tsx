/** What is asked, ten boxes for the answer, and a keypad to fill them. Never shows more of an answer than was just typed. */
import { useWording } from '../languages/use-wording.ts'
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
  const { technician: words } = useWording().support
  const { send, check } = technician
  return (
    <div className="challenge-panel">
      <div className="challenge-side">
        <div>
          <h1 className="support-title">{words.title}</h1>
          <p className="support-advice">{words.advice}</p>
        </div>
        <dl className="challenge-card">
          <div>
            <dt>{words.deviceId}</dt>
            <dd className="challenge-device">{deviceId}</dd>
          </div>
          <div>
            <dt>{words.challenge}</dt>
            <dd>
              <Challenge text={state.challenge} />
            </dd>
          </div>
          <ChallengeTimeLeft clock={clock} untilMs={state.expiresAtMs} />
        </dl>
        <div className="answer">
          <DigitBoxes digits={state.digits} isWrong={state.note === 'wrong'} />
          <p className="answer-note" data-note={state.note}>
            {state.note !== null && <strong>{words.notes[state.note]} </strong>}
            {words.triesLeft(state.triesLeft)}
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
          {words.check}
        </button>
      </div>
    </div>
  )
}

function Challenge({ text }: { text: string }) {
  const { approve } = useWording()
  const [first = '', second = ''] = text.split('-')
  return (
    <span className="challenge-text" role="img" aria-label={spelledUserCode(text, approve.dash)}>
      {first}
      <span className="challenge-dash">-</span>
      {second}
    </span>
  )
}

function ChallengeTimeLeft({ clock, untilMs }: { clock: HelperClock; untilMs: number }) {
  const { technician } = useWording().support
  return (
    <div className="challenge-time">
      <dt>{technician.goodFor}</dt>
      <dd>{clockText(useMsLeft(clock, untilMs))}</dd>
    </div>
  )
}

function DigitBoxes({ digits, isWrong }: { digits: string; isWrong: boolean }) {
  const { technician } = useWording().support
  return (
    <div className="digit-boxes" data-wrong={isWrong} role="img" aria-label={technician.digitsName(digits.length)}>
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
