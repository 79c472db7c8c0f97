import { describe, expect, it } from 'vitest'
import { readLiveOptions } from './live-options.ts'
import { readOrderOptions } from './order-options.ts'

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

describe('an order', () => {
  it.each([
    ['devices', ['DR-0001', 'DR-0002'], { kind: 'devices', deviceIds: ['DR-0001', 'DR-0002'] }],
    ['a site', ['--site', 'Building 4'], { kind: 'site', site: 'Building 4' }],
    ['a tenant', ['--tenant', 'contoso'], { kind: 'tenant', tenant: 'contoso' }],
  ])('goes to %s', (_what, args, to) => {
    expect(readOrderOptions('revoke', args)).toMatchObject({ to, waitMs: 30_000, isYes: false })
  })

  it.each([
    ['nobody', []],
    ['a site and a tenant, which might mean either or both', ['--site', 'Building 4', '--tenant', 'contoso']],
    ['a site and a device', ['--site', 'Building 4', 'DR-0001']],
    ['two sites', ['--site', 'Building 4', '--site', 'Building 5']],
  ])('does not go to %s', (_what, args) => {
    expect(() => readOrderOptions('revoke', args)).toThrow(expect.objectContaining({ name: 'UsageError' }))
  })
})
