import { expect, it } from 'vitest'
import { KIOSK_ERROR_CODES } from '../../contract/kiosk-error.ts'
import { OPERATOR_HINTS } from '../../contract/operator-hints.ts'
import { withoutKiosk } from './remedy-words.ts'

it('leaves out a log that nobody keeps here', () => {
  expect(withoutKiosk('Compare the two. The helper’s log says what was wrong. Then try again.')).toBe(
    'Compare the two. Then try again.',
  )
})

it('speaks of this machine too', () => {
  expect(withoutKiosk('Look it up on the kiosk.')).toBe('Look it up on this machine and on the kiosks.')
})

it.each(KIOSK_ERROR_CODES.filter((code) => code.startsWith('provider-') || code.startsWith('name-')))(
  'keeps advice for %s',
  (code) => {
    const words = withoutKiosk(OPERATOR_HINTS[code].remedy)
    expect(words).toMatch(/^[A-Z].{10,}\.$/)
    expect(words).not.toContain('helper’s log')
  },
)
