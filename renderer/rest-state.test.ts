import { describe, expect, it } from 'vitest'
import { nextShift, type RestState, restAfter } from './rest-state.ts'

const idle = { kind: 'attract', untouchedMs: 180_000, dimAfterSeconds: 180 } as const

describe('a screen at rest', () => {
  it.each(['attract', 'trouble', 'unprovisioned'] as const)('is dimmed when nobody has touched %s for long', (kind) => {
    expect(restAfter('awake', { ...idle, kind })).toBe('dimmed')
    expect(restAfter('awake', { ...idle, kind, untouchedMs: 179_999 })).toBe('awake')
  })

  it.each(['starting', 'preparing', 'awaitingApproval', 'confirming', 'signedIn', 'ended', 'unlinked'] as const)(
    'is never %s',
    (kind) => expect(restAfter('awake', { ...idle, kind })).toBe('awake'),
  )

  it('stays bright for ever where the bundle says so', () => {
    expect(restAfter('awake', { ...idle, untouchedMs: 1e12, dimAfterSeconds: null })).toBe('awake')
  })

  it('stays dimmed while a kiosk in trouble tries again by itself', () => {
    expect(restAfter('dimmed', { ...idle, kind: 'preparing' })).toBe('dimmed')
  })

  it.each<[RestState, RestState]>([
    ['dimmed', 'awake'],
    ['waking', 'waking'],
  ])('becomes bright when it is needed, but for a touch that is not over: %s, then %s', (before, after) => {
    expect(restAfter(before, { ...idle, kind: 'awaitingApproval' })).toBe(after)
  })
})

describe('where the screen stands', () => {
  it('is another place every minute while nobody touches it, all nine in turn', () => {
    const places = [0]
    for (let minute = 1; minute <= 9; minute += 1) places.push(nextShift(places.at(-1) ?? 0, minute * 60_000))
    expect(places).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 0])
  })

  it('is the middle as soon as somebody is there', () => {
    expect(nextShift(5, 59_999)).toBe(0)
  })
})
