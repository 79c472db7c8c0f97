import { describe, expect, it } from 'vitest'
import { isSupportShortcut } from './support-key.ts'

const pressed = {
  ...{ type: 'keyDown', code: 'KeyS', control: true, alt: true, shift: false, meta: false, isAutoRepeat: false },
} as const

describe('the key for support', () => {
  it('is Ctrl+Alt+S', () => expect(isSupportShortcut(pressed)).toBe(true))

  it.each([
    ['let go', { type: 'keyUp' }],
    ['held', { isAutoRepeat: true }],
    ['another', { code: 'KeyD' }],
    ['without Ctrl', { control: false }],
    ['without Alt', { alt: false }],
    ['with Shift', { shift: true }],
    ['with the system’s key', { meta: true }],
  ] as const)('is not %s', (_what, change) => expect(isSupportShortcut({ ...pressed, ...change })).toBe(false))
})
