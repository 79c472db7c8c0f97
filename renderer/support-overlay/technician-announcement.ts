/** What a screen reader hears of technician access. Pure; never reads out a digit of an answer. */
import { assertNever } from '../../contract/kiosk-error.ts'
import { spokenNotice, type Translate } from '../languages/texts.ts'
import { spelledUserCode } from '../user-code-text.ts'
import type { TechnicianState } from './technician-state.ts'

/** Stays the same while digits are typed and seconds run down. */
export function technicianAnnouncement(state: TechnicianState, t: Translate): string {
  switch (state.kind) {
    case 'asking':
      return `${t('technician.title')}.`
    case 'challenge': {
      const note = state.note === null ? '' : `${t(`technician.notes.${state.note}`)} `
      const challenge = `${t('technician.challenge')}: ${spelledUserCode(state.challenge, t('approve.dash'))}.`
      return `${note}${t('technician.title')}. ${challenge} ${t('technician.triesLeft', { tries: state.triesLeft })}`
    }
    case 'locked':
      return spokenNotice(t, 'technician.locked')
    case 'unavailable':
      return spokenNotice(t, `technician.unavailable.${state.because}`)
    case 'granted':
      return spokenNotice(t, state.step === 'asked-to-leave' ? 'technician.leaving' : 'technician.granted')
    default:
      return assertNever(state)
  }
}
