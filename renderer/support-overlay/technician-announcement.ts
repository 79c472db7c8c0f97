/** What a screen reader hears of technician access. Pure; never reads out a digit of an answer. */
import { assertNever } from '../../contract/kiosk-error.ts'
import type { Notice, Wording } from '../languages/wording.ts'
import { spelledUserCode } from '../user-code-text.ts'
import type { TechnicianState } from './technician-state.ts'

function spoken({ title, body }: Notice): string {
  return `${title}. ${body}`
}

/** Stays the same while digits are typed and seconds run down. */
export function technicianAnnouncement(state: TechnicianState, { support, approve }: Wording): string {
  const { technician } = support
  switch (state.kind) {
    case 'asking':
      return `${technician.title}.`
    case 'challenge': {
      const note = state.note === null ? '' : `${technician.notes[state.note]} `
      const challenge = `${technician.challenge}: ${spelledUserCode(state.challenge, approve.dash)}.`
      return `${note}${technician.title}. ${challenge} ${technician.triesLeft(state.triesLeft)}`
    }
    case 'locked':
      return spoken(technician.locked)
    case 'unavailable':
      return spoken(technician.unavailable[state.because])
    case 'granted':
      return spoken(state.step === 'asked-to-leave' ? technician.leaving : technician.granted)
    default:
      return assertNever(state)
  }
}
