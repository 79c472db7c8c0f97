import { beforeEach, describe, expect, it, vi } from 'vitest'
import { keepPower, mayDisplaySleep, type Power } from './power.ts'

const { emit, electron, blockers } = vi.hoisted(() => {
  const listeners = new Map<string, () => void>()
  const blockers = new Set<number>()
  let lastId = 0
  const start = () => {
    lastId += 1
    blockers.add(lastId)
    return lastId
  }
  return {
    blockers,
    emit: (event: string) => listeners.get(event)?.(),
    electron: {
      powerMonitor: { on: (event: string, listener: () => void) => listeners.set(event, listener) },
      powerSaveBlocker: { start, stop: (id: number) => blockers.delete(id) },
    },
  }
})
vi.mock('electron', () => electron)

describe('whether the display may sleep', () => {
  it.each([
    ['attract', 61_000, 1, true],
    ['unprovisioned', 61_000, 1, true],
    ['attract', 59_000, 1, false],
    ['attract', 1e9, null, false],
    ['signedIn', 1e9, 1, false],
    ['awaitingApproval', 1e9, 1, false],
    ['unlinked', 1e9, 1, false],
  ])('%s, untouched for %d ms, limit %s: %s', (kind, untouchedMs, limit, answer) => {
    expect(mayDisplaySleep({ kind, untouchedMs }, limit)).toBe(answer)
  })
})

describe('the power of the machine', () => {
  let told: boolean[]
  let power: Power
  beforeEach(() => {
    blockers.clear()
    told = []
    power = keepPower((isAwake) => told.push(isAwake))
  })

  it('keeps the display on until it may sleep, and again as soon as it may not', () => {
    expect(blockers.size).toBe(1)
    power.setMaySleep(true)
    power.setMaySleep(true)
    expect(blockers.size).toBe(0)
    power.setMaySleep(false)
    expect([blockers.size, told]).toEqual([1, [false, true]])
  })

  it('is awake only when nothing at all is in the way', () => {
    emit('suspend')
    power.setHasDisplay(false)
    emit('resume')
    expect(told).toEqual([false])
    power.setHasDisplay(true)
    emit('lock-screen')
    emit('unlock-screen')
    expect(told).toEqual([false, true, false, true])
  })
})
