/** What the technician's part of the overlay shows, step by step. Pure; keeps no digit longer than its challenge. */
import { assertNever } from '../../contract/kiosk-error.ts'
import type {
  TechnicianChallengeResult,
  TechnicianTryResult,
  TechnicianUnavailableBecause,
} from '../../contract/technician-access.ts'

const ANSWER_DIGITS = 10

type AskedState = {
  kind: 'challenge'
  challenge: string
  expiresAtMs: number
  triesLeft: number
  digits: string
  /** The helper looks at the digits. */
  isChecking: boolean
  /** What has just happened: the answer was wrong, or the challenge before had run out. */
  note: 'wrong' | 'renewed' | null
}

export type TechnicianState =
  | { kind: 'asking' }
  | AskedState
  | { kind: 'locked'; untilMs: number }
  /** `no-answer`: the helper was away when it was asked. */
  | { kind: 'unavailable'; because: TechnicianUnavailableBecause | 'no-answer' }
  | { kind: 'granted'; untilMs: number; step: 'choosing' | 'asked-to-leave' | 'acting' }

export type TechnicianEvent =
  | { kind: 'asked'; result: TechnicianChallengeResult }
  | { kind: 'digit'; digit: string }
  | { kind: 'deleted' }
  | { kind: 'cleared' }
  | { kind: 'checked' }
  | { kind: 'answered'; result: TechnicianTryResult }
  | { kind: 'unanswered' }
  | { kind: 'stepped'; to: 'choosing' | 'asked-to-leave' | 'acting' }

export function isComplete({ digits, isChecking }: AskedState): boolean {
  return digits.length === ANSWER_DIGITS && !isChecking
}

function asked(state: TechnicianState, result: TechnicianChallengeResult): TechnicianState {
  if (result.kind !== 'challenge') return result
  const isRenewed = state.kind === 'challenge' && state.challenge !== result.challenge
  return { ...result, digits: '', isChecking: false, note: isRenewed ? 'renewed' : null }
}

function answered(state: AskedState, result: TechnicianTryResult): TechnicianState {
  switch (result.kind) {
    case 'granted':
      return { ...result, step: 'choosing' }
    case 'wrong':
      return { ...state, triesLeft: result.triesLeft, digits: '', isChecking: false, note: 'wrong' }
    case 'expired':
      // The next challenge is on its way and takes this one's place.
      return { ...state, digits: '', isChecking: true }
    case 'locked':
    case 'unavailable':
      return result
    default:
      return assertNever(result)
  }
}

function typed(state: AskedState, digits: string): AskedState {
  return state.isChecking ? state : { ...state, digits: digits.slice(0, ANSWER_DIGITS), note: null }
}

/** An event that means nothing in the present state changes nothing. */
export function stepTechnician(state: TechnicianState, event: TechnicianEvent): TechnicianState {
  if (event.kind === 'asked') return asked(state, event.result)
  if (event.kind === 'unanswered') return { kind: 'unavailable', because: 'no-answer' }
  if (event.kind === 'stepped') return state.kind === 'granted' ? { ...state, step: event.to } : state
  if (state.kind !== 'challenge') return state
  switch (event.kind) {
    case 'digit':
      return typed(state, state.digits + event.digit)
    case 'deleted':
      return typed(state, state.digits.slice(0, -1))
    case 'cleared':
      return typed(state, '')
    case 'checked':
      return isComplete(state) ? { ...state, isChecking: true } : state
    case 'answered':
      return answered(state, event.result)
    default:
      return assertNever(event)
  }
}
