import { describe, expect, it } from 'vitest'
import { readDeviceList } from './device-list.ts'

describe('the list of devices', () => {
  it('names a device and its state on each line, and may say why', () => {
    const text = '# Building 4\nDR-0042 active\r\n\n  DR-0043\tsuspended  # lost its lobby\n'
    expect(readDeviceList(text)).toEqual({
      ok: true,
      devices: [
        { deviceId: 'DR-0042', state: 'active' },
        { deviceId: 'DR-0043', state: 'suspended' },
      ],
    })
  })

  it('may be empty: nobody is let in', () => {
    expect(readDeviceList('')).toEqual({ ok: true, devices: [] })
  })

  it.each([
    ['a device without a state', 'DR-0042', /active\|suspended/],
    ['a state that there is not', 'DR-0042 retired', /active\|suspended/],
    ['a state in capitals', 'DR-0042 ACTIVE', /active\|suspended/],
    ['a state that every object has', 'DR-0042 constructor', /active\|suspended/],
    ['words after the state', 'DR-0042 active forever', /active\|suspended/],
    ['what nginx would read as syntax', 'x";}server{ active', /no device id/],
    ['a variable', '$host active', /no device id/],
  ])('does not take %s', (_what, line, words) => {
    expect(readDeviceList(`DR-0001 active\n${line}`)).toEqual({
      ok: false,
      faults: [{ line: 2, what: expect.stringMatching(words) }],
    })
  })

  it('does not take a device twice, also in another case: nginx would take them for one', () => {
    expect(readDeviceList('DR-0042 active\ndr-0042 suspended')).toEqual({
      ok: false,
      faults: [{ line: 2, what: 'names the device of line 1 again' }],
    })
  })
})
