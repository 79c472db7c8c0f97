import { describe, expect, it } from 'vitest'
import { isLiveKey } from './live-keys.ts'

const plain = { control: false, alt: false, meta: false }

describe('a key', () => {
  it.each(['a', 'Z', '7', ' ', 'ü', '界', '😀', 'Tab', 'Enter', 'ArrowDown', 'Shift'])(
    'is live when it is %s alone',
    (key) => expect(isLiveKey({ ...plain, key })).toBe(true),
  )

  it.each([
    ...['F1', 'F3', 'F5', 'F7', 'F10', 'F11', 'F12', 'F24', 'PrintScreen', 'ContextMenu', 'BrowserBack'],
    ...['BrowserForward', 'BrowserRefresh', 'BrowserHome', 'BrowserSearch', 'LaunchMail', 'Help', 'Meta', 'Control'],
    ...['Alt', 'AltGraph', 'Insert', 'Cancel', 'Pause', 'ZoomIn', 'Close', 'Print', 'Unidentified', ''],
  ])('is dead when it is %s', (key) => expect(isLiveKey({ ...plain, key })).toBe(false))

  it.each(['control', 'alt', 'meta'] as const)('is dead together with %s', (modifier) => {
    for (const key of [
      'r',
      'R',
      'p',
      'w',
      'q',
      'I',
      'j',
      '+',
      '-',
      '0',
      'ArrowLeft',
      'Tab',
      'Escape',
      'Enter',
      'Delete',
    ]) {
      expect(isLiveKey({ ...plain, key, [modifier]: true }), key).toBe(false)
    }
  })
})
