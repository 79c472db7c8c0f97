import { describe, expect, it } from 'vitest'
import { readLiveOptions } from './live-options.ts'

const TAKES = { values: ['site', 'tenant'], switches: ['json'], devices: true }
const read = (...args: string[]) => readLiveOptions('revoke', args, TAKES)

describe('a command line', () => {
  it('names devices, each once, and what they are to be', () => {
    const { deviceIds, values } = read('DR-0001', 'DR-0002', 'DR-0001', '--json')
    expect([deviceIds, values.json]).toEqual([['DR-0001', 'DR-0002'], true])
  })

  it.each(['site', 'tenant', 'settings', 'order-key', 'broker'])(
    'takes no second --%s, and repeats neither',
    (name) => {
      const twice = () => read(`--${name}`, 'canary one', `--${name}=canary two`)
      expect(twice).toThrow(`--${name} is given twice`)
      expect(twice).not.toThrow(/canary/)
    },
  )

  it.each([
    ['an option of something else', ['--canary=1']],
    ['an option without its value', ['--site']],
    ['an option with an empty value', ['--site', ' ']],
    ['a device that cannot be', ['a/b']],
  ])('is refused with %s', (_what, args) => {
    expect(() => read(...args)).toThrow(expect.objectContaining({ name: 'UsageError' }))
    expect(() => read(...args)).not.toThrow(/canary/)
  })
})
