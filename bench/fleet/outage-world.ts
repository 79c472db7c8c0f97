/** What all lanes of all kiosks share: time, the network, the servers behind it, the counting. Never decides for a kiosk. */
import { oneWayMs } from './fleet-mix.ts'
import { createRecoveryMeter, type Outage, type RecoveryMeter } from './recovery-meter.ts'
import type { RequestKind, RetriedKind, RetryHabits } from './retry-habits.ts'
import { createTimerWheel } from './timer-wheel.ts'

/** What one kiosk does side by side; each lane has at most one timer or one request under way. */
const LANES = ['broker', 'attestation', 'refresh', 'code'] as const
export type Lane = (typeof LANES)[number]

export type Scenario = {
  habits: RetryHabits
  outage: Outage
  /** Whether a front door is left that answers 503 with the outage's end as its Retry-After date. */
  namesTheEnd: boolean
  /** Uniform in [0, 1). */
  random: () => number
}

type Answer = { ok: boolean; answeredAtMs: number; retryAfterMs: number | null }

export type OutageWorld = Scenario & {
  meter: RecoveryMeter
  setTimer(kiosk: number, lane: Lane, atMs: number): void
  /** Sets the lane's timer to when the request arrives at its server. */
  send(kiosk: number, lane: Lane, leavesAtMs: number): void
  /** The request has arrived: counts it and answers what the kiosk will know, and when. */
  answer(kiosk: number, kind: RequestKind, arrivedAtMs: number): Answer
  /** After a failure: how long the lane waits before it tries again. */
  retryDelayMs(kiosk: number, lane: Lane, kind: RetriedKind, retryAfterMs: number | null): number
  forgetFailures(kiosk: number, lane: Lane): void
  isFailing(kiosk: number, lane: Lane): boolean
  /** Goes on to that moment and fires all timers before it. */
  runUntil(untilMs: number, fire: (kiosk: number, lane: Lane, nowMs: number) => void): void
}

export function createOutageWorld(kiosks: number, scenario: Scenario): OutageWorld {
  const { habits, outage, namesTheEnd, random } = scenario
  const wheel = createTimerWheel(kiosks * LANES.length, outage.watchedUntilMs)
  const meter = createRecoveryMeter(kiosks, outage)
  /** By slot: of the wait after the latest failure, 0 after a success. */
  const ceilings = new Float64Array(kiosks * LANES.length)

  function slotOf(kiosk: number, lane: Lane): number {
    return kiosk * LANES.length + LANES.indexOf(lane)
  }

  /** Servers write whole seconds, into the Date header as well, by which the kiosk reads Retry-After. MQTT has neither. */
  function retryAfterMs(kind: RequestKind, arrivedAtMs: number): number | null {
    if (!namesTheEnd || kind === 'reconnects') return null
    return outage.endMs - Math.floor(arrivedAtMs / 1000) * 1000
  }

  return {
    ...scenario,
    meter,
    setTimer(kiosk, lane, atMs) {
      wheel.set(slotOf(kiosk, lane), atMs)
    },
    send(kiosk, lane, leavesAtMs) {
      wheel.set(slotOf(kiosk, lane), leavesAtMs + oneWayMs(random))
    },
    answer(kiosk, kind, arrivedAtMs) {
      const ok = arrivedAtMs < outage.startMs || arrivedAtMs >= outage.endMs
      const answeredAtMs = arrivedAtMs + oneWayMs(random)
      meter.count(kiosk, kind, { arrivedAtMs, answeredAtMs, ok })
      return { ok, answeredAtMs, retryAfterMs: ok ? null : retryAfterMs(kind, arrivedAtMs) }
    },
    retryDelayMs(kiosk, lane, kind, wishedMs) {
      const slot = slotOf(kiosk, lane)
      const failure = { ceilingMs: ceilings[slot] as number, retryAfterMs: wishedMs }
      const { ceilingMs, delayMs } = habits.retry(kind, failure, random)
      ceilings[slot] = ceilingMs
      return delayMs
    },
    forgetFailures(kiosk, lane) {
      ceilings[slotOf(kiosk, lane)] = 0
    },
    isFailing: (kiosk, lane) => ceilings[slotOf(kiosk, lane)] !== 0,
    runUntil(untilMs, fire) {
      wheel.runUntil(untilMs, (slot, nowMs) => {
        fire(Math.floor(slot / LANES.length), LANES[slot % LANES.length] as Lane, nowMs)
      })
    },
  }
}
