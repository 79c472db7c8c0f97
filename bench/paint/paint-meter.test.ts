import { describe, expect, it } from 'vitest'
import type { KioskSnapshot, SessionState } from '../../contract/session-state.ts'
import { createPaintMeter } from './paint-meter.ts'

const ATTRACT: SessionState = { kind: 'attract' }
const PREPARING: SessionState = { kind: 'preparing', generation: 1, reason: 'request', replacedBecause: null }

type Moment = { sequence: number; atMs: number; session?: SessionState; painted?: [sequence: number, atMs: number] }

function snapshotOf({ sequence, atMs, session = ATTRACT, painted }: Moment): KioskSnapshot {
  return {
    sequence,
    session,
    clock: { monotonicMs: 0, epochMs: atMs },
    helper: { version: '0', processId: 1, startedAtEpochMs: 0 },
    painted: painted ? { sequence: painted[0], kind: session.kind, generation: null, atEpochMs: painted[1] } : null,
  } as KioskSnapshot
}

function meterAfter(...moments: Moment[]) {
  const meter = createPaintMeter()
  for (const moment of moments) meter.note(snapshotOf(moment))
  return meter
}

describe('the paint meter', () => {
  it('counts from the change of state to the word of its second frame', () => {
    const meter = meterAfter(
      { sequence: 1, atMs: 900 },
      { sequence: 2, atMs: 1_000, session: PREPARING, painted: [1, 950] },
      { sequence: 2, atMs: 1_050, session: PREPARING, painted: [2, 1_041] },
      { sequence: 2, atMs: 16_050, session: PREPARING, painted: [2, 16_041] },
    )
    expect(meter.delays()).toEqual([{ kind: 'preparing', delayMs: 41 }])
    expect(meter.replaced()).toBe(0)
  })

  it('counts apart what was replaced before it could be seen', () => {
    const meter = meterAfter(
      { sequence: 1, atMs: 900 },
      { sequence: 2, atMs: 1_000, session: PREPARING },
      { sequence: 3, atMs: 1_010 },
      { sequence: 3, atMs: 1_050, painted: [3, 1_045] },
    )
    expect(meter.delays()).toEqual([{ kind: 'attract', delayMs: 35 }])
    expect(meter.replaced()).toBe(1)
  })

  it('does not blame a screen that is not there', () => {
    const meter = meterAfter({ sequence: 1, atMs: 900 })
    meter.pause()
    meter.note(snapshotOf({ sequence: 2, atMs: 1_000 }))
    meter.resume()
    meter.note(snapshotOf({ sequence: 2, atMs: 5_000, painted: [2, 4_990] }))
    expect(meter.delays()).toEqual([])
    expect(meter.replaced()).toBe(0)
  })

  it('knows nothing of a change that came before it looked', () => {
    const meter = meterAfter({ sequence: 1, atMs: 900 }, { sequence: 1, atMs: 950, painted: [1, 940] })
    expect(meter.delays()).toEqual([])
  })
})
