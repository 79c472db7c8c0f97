/** Plays a fleet through an outage of everything it talks to, under virtual time. Never waits, never opens a socket. */
import { beginCodeLane, fireCodeLane, neededByCodeLane } from './code-lane.ts'
import { ATTESTATION_RECHECK_MS, type KioskStart, oneWayMs, refreshDelayMs } from './fleet-mix.ts'
import { createOutageWorld, type Lane, type OutageWorld, type Scenario } from './outage-world.ts'
import type { Outage, RecoveryReport } from './recovery-meter.ts'
import type { RequestKind, RetriedKind } from './retry-habits.ts'

/** Ten minutes, with a quiet minute before and three minutes of watching after. */
export const TEN_MINUTES: Outage = { startMs: 60_000, endMs: 660_000, watchedUntilMs: 840_000 }

type PlainLane = Exclude<Lane, 'code'>

/** Lanes that ask for one thing over and over: what, and for how long a success is good. */
const PLAIN_LANES: Record<PlainLane, { kind: RetriedKind; goodForMs: (random: () => number) => number }> = {
  broker: { kind: 'reconnects', goodForMs: () => Number.POSITIVE_INFINITY },
  attestation: { kind: 'attestations', goodForMs: () => ATTESTATION_RECHECK_MS },
  refresh: { kind: 'refreshes', goodForMs: refreshDelayMs },
}

function firePlainLane(world: OutageWorld, kiosk: number, lane: PlainLane, nowMs: number): void {
  const { kind, goodForMs } = PLAIN_LANES[lane]
  const { ok, answeredAtMs, retryAfterMs } = world.answer(kiosk, kind, nowMs)
  if (ok) world.forgetFailures(kiosk, lane)
  const delayMs = ok ? goodForMs(world.random) : world.retryDelayMs(kiosk, lane, kind, retryAfterMs)
  world.send(kiosk, lane, answeredAtMs + delayMs)
}

/** The broker's end is noticed by all at once, a network delay apart. */
function loseBroker(world: OutageWorld, kiosk: number): void {
  const noticedAtMs = world.outage.startMs + oneWayMs(world.random)
  world.send(kiosk, 'broker', noticedAtMs + world.retryDelayMs(kiosk, 'broker', 'reconnects', null))
}

function neededByPlainLanes(world: OutageWorld, kiosk: number): RequestKind[] {
  const lanes = Object.entries(PLAIN_LANES) as [PlainLane, { kind: RequestKind }][]
  return lanes.filter(([lane]) => world.isFailing(kiosk, lane)).map(([, { kind }]) => kind)
}

/**
 * A request takes one timer: it fires when the request arrives at its server, which is when its fate is decided. What
 * the kiosk makes of the answer is worked out there and then, for the moment at which the answer will arrive.
 *
 * @throws Error when a kiosk is not back by the end of the watching
 */
export function simulateOutage(fleet: readonly KioskStart[], scenario: Scenario): RecoveryReport {
  const world = createOutageWorld(fleet.length, scenario)
  const { outage, meter } = world

  const codeLanes = fleet.map((start, kiosk) => {
    if (start.kind === 'showsCode') return beginCodeLane(world, kiosk, start)
    world.send(kiosk, 'refresh', start.refreshAtMs)
    world.send(kiosk, 'attestation', start.attestAtMs)
    return null
  })

  function fire(kiosk: number, lane: Lane, nowMs: number): void {
    const codeLane = codeLanes[kiosk]
    if (lane !== 'code') firePlainLane(world, kiosk, lane, nowMs)
    else if (codeLane) fireCodeLane(world, kiosk, codeLane, nowMs)
  }

  world.runUntil(outage.startMs, fire)
  for (const kiosk of fleet.keys()) loseBroker(world, kiosk)
  world.runUntil(outage.endMs, fire)
  codeLanes.forEach((codeLane, kiosk) => {
    const needs = [...neededByPlainLanes(world, kiosk), ...(codeLane ? neededByCodeLane(codeLane) : [])]
    for (const kind of needs) meter.need(kiosk, kind)
  })
  world.runUntil(outage.watchedUntilMs, fire)
  return meter.report()
}
