import { describe, expect, it } from 'vitest'
import type { TechnicianChallengeResult } from '../../contract/technician-access.ts'
import { isComplete, stepTechnician, type TechnicianEvent, type TechnicianState } from './technician-state.ts'

const CHALLENGE: TechnicianChallengeResult = {
  kind: 'challenge',
  challenge: '7K3M-2QPX',
  expiresAtMs: 600_000,
  triesLeft: 5,
}
const ASKED: TechnicianEvent = { kind: 'asked', result: CHALLENGE }
const typing = (digits: string) => [...digits].map<TechnicianEvent>((digit) => ({ kind: 'digit', digit }))

function play(...events: TechnicianEvent[]): TechnicianState {
  return events.reduce(stepTechnician, { kind: 'asking' })
}

const CHECKED: TechnicianEvent[] = [ASKED, ...typing('0123456789'), { kind: 'checked' }]

describe('the technician’s part of the overlay', () => {
  it('takes ten digits and no more', () => {
    const state = play(ASKED, ...typing('012345678901'))
    expect(state).toMatchObject({ kind: 'challenge', digits: '0123456789' })
    expect(state.kind === 'challenge' && isComplete(state)).toBe(true)
  })

  it.each<[string, TechnicianEvent[], string]>([
    ['deletes the last digit', [...typing('123'), { kind: 'deleted' }], '12'],
    ['deletes nothing where there is nothing', [{ kind: 'deleted' }], ''],
    ['clears all of them', [...typing('123'), { kind: 'cleared' }], ''],
  ])('%s', (_what, events, digits) => {
    expect(play(ASKED, ...events)).toMatchObject({ digits })
  })

  it('checks only what is complete, and takes no digit meanwhile', () => {
    expect(play(ASKED, ...typing('123'), { kind: 'checked' })).toMatchObject({ isChecking: false })
    expect(play(...CHECKED, { kind: 'deleted' }, ...typing('5'))).toMatchObject({
      digits: '0123456789',
      isChecking: true,
    })
  })

  it('keeps no digit of a wrong answer, and says how many tries are left', () => {
    const state = play(...CHECKED, { kind: 'answered', result: { kind: 'wrong', triesLeft: 4 } })
    expect(state).toMatchObject({ challenge: '7K3M-2QPX', digits: '', triesLeft: 4, note: 'wrong', isChecking: false })
    expect(stepTechnician(state, { kind: 'digit', digit: '1' })).toMatchObject({ note: null })
  })

  it('says that a challenge took the place of one that had run out', () => {
    const next: TechnicianEvent = { kind: 'asked', result: { ...CHALLENGE, challenge: '0000-0000' } }
    expect(play(ASKED, ...typing('12'), next)).toMatchObject({ challenge: '0000-0000', digits: '', note: 'renewed' })
    expect(play(...CHECKED, { kind: 'answered', result: { kind: 'expired' } }, next)).toMatchObject({
      note: 'renewed',
      isChecking: false,
    })
    expect(play(ASKED, ASKED)).toMatchObject({ note: null })
  })

  it.each<[string, TechnicianEvent, TechnicianState]>([
    [
      'is granted',
      { kind: 'answered', result: { kind: 'granted', untilMs: 9 } },
      { kind: 'granted', untilMs: 9, step: 'choosing' },
    ],
    ['is locked', { kind: 'answered', result: { kind: 'locked', untilMs: 9 } }, { kind: 'locked', untilMs: 9 }],
    ['gets no answer', { kind: 'unanswered' }, { kind: 'unavailable', because: 'no-answer' }],
  ])('%s after a check', (_what, event, state) => {
    expect(play(...CHECKED, event)).toEqual(state)
  })

  it('asks once before the kiosk is left', () => {
    const granted: TechnicianState = { kind: 'granted', untilMs: 9, step: 'choosing' }
    const asked = stepTechnician(granted, { kind: 'stepped', to: 'asked-to-leave' })
    expect(asked).toMatchObject({ step: 'asked-to-leave' })
    expect(stepTechnician(asked, { kind: 'stepped', to: 'choosing' })).toEqual(granted)
    expect(stepTechnician({ kind: 'asking' }, { kind: 'stepped', to: 'acting' })).toEqual({ kind: 'asking' })
  })
})
