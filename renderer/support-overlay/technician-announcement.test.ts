import { describe, expect, it } from 'vitest'
import { inEnglish } from '../languages/texts.ts'
import { technicianAnnouncement } from './technician-announcement.ts'
import type { TechnicianState } from './technician-state.ts'

const CHALLENGE: Extract<TechnicianState, { kind: 'challenge' }> = {
  ...{ kind: 'challenge', challenge: '7K3M-2QPX', expiresAtMs: 0, triesLeft: 5 },
  ...{ digits: '', isChecking: false, note: null },
}

describe('what is said of technician access', () => {
  it('spells the challenge', () => {
    expect(technicianAnnouncement(CHALLENGE, inEnglish)).toBe(
      'Technician access. Challenge: 7, K, 3, M, dash, 2, Q, P, X. 5 tries left',
    )
  })

  it('says first that an answer was wrong', () => {
    const text = technicianAnnouncement({ ...CHALLENGE, note: 'wrong', triesLeft: 1 }, inEnglish)
    expect(text).toMatch(/^That was not right\..* 1 try left$/)
  })

  it('says no digit that is typed', () => {
    const typed = technicianAnnouncement({ ...CHALLENGE, digits: '0123456789' }, inEnglish)
    expect(typed).toBe(technicianAnnouncement(CHALLENGE, inEnglish))
  })
})
