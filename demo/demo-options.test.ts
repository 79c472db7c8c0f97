import { describe, expect, it } from 'vitest'
import { readDemoOptions } from './demo-options.ts'

describe('readDemoOptions', () => {
  it('plays once when it is told a number of rounds', () => {
    expect(readDemoOptions(['--approve', '--rounds', '5', '--interval', '1'])).toMatchObject({
      approve: true,
      once: true,
      rounds: 5,
      intervalSeconds: 1,
    })
  })

  it('puts the kiosk behind a gateway unless it is told not to', () => {
    expect(readDemoOptions([])).toMatchObject({ gateway: true })
    expect(readDemoOptions(['--no-gateway'])).toMatchObject({ gateway: false })
  })

  it('has one kiosk unless it is told of a fleet', () => {
    expect(readDemoOptions([])).toMatchObject({ fleet: 1 })
    expect(readDemoOptions(['--fleet', '3'])).toMatchObject({ fleet: 3 })
  })

  it.each([
    [['--fleet', '1'], '--fleet takes a whole number from 2 to 5'],
    [['--fleet', '6'], '--fleet takes a whole number from 2 to 5'],
    [['--rounds', '0'], '--rounds takes a whole number from 1 to 1000, not "0"'],
    [['--interval', 'x'], '--interval takes a whole number from 1 to 60, not "x"'],
    [['--screen', 'big'], '--screen takes WIDTHxHEIGHT, not "big"'],
    [['--json'], 'add --approve'],
    [['--portal', '--entra-like'], 'choose one of them'],
    [['--aprove'], 'Unknown option'],
  ])('refuses %j', (args, message) => {
    expect(() => readDemoOptions(args)).toThrow(message)
  })
})
