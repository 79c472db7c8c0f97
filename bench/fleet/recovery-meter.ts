/**
 * Counts what a fleet asks for and, after the outage, what of it is recovery work: for each kiosk and each kind it needs
 * back, the requests from the recovery up to and including the first that succeeds. Never counts ordinary polling as such.
 */
import { REQUEST_KINDS, type RequestKind } from './retry-habits.ts'

export type Outage = {
  startMs: number
  endMs: number
  /** When the watching ends; everybody must be back by then. */
  watchedUntilMs: number
}

type KindCounts = Record<RequestKind, number>

export type RecoveryReport = {
  recoveryWork: number
  /** The most requests of recovery work in any one second, wherever that second begins. */
  recoveryPeakPerSecond: number
  /** The same work spread evenly over 60 s. */
  idealPerSecond: number
  ratioToIdeal: number
  /** After the recovery, until this share of the kiosks (or the last) has back all it needs. */
  secondsToRecoverP95: number
  secondsToRecoverLast: number
  requests: { duringOutage: KindCounts; afterOutage: KindCounts }
  /** For the charts: all requests by whole second of virtual time, and the recovery work by whole second after it. */
  perSecond: { requests: Uint32Array; recoveryWork: Uint32Array }
}

export type RecoveryMeter = {
  /** Says, at the moment of recovery, that a kiosk has been without this since the outage. */
  need(kiosk: number, kind: RequestKind): void
  /** A kiosk that needed one thing needs others in its place. */
  needInstead(kiosk: number, kind: RequestKind, others: readonly RequestKind[]): void
  /** A request reached its server, or would have; `answeredAtMs` is when the kiosk knows. */
  count(kiosk: number, kind: RequestKind, request: { arrivedAtMs: number; answeredAtMs: number; ok: boolean }): void
  /** @throws Error when a kiosk is not back */
  report(): RecoveryReport
}

/** The shortest wait that a person before a kiosk accepts, and so the widest spread that an ideal fleet may use. */
export const IDEAL_SPREAD_SECONDS = 60
const SECOND_MS = 1000

function bitOf(kind: RequestKind): number {
  return 1 << REQUEST_KINDS.indexOf(kind)
}

function noCounts(): KindCounts {
  return { codeRequests: 0, polls: 0, refreshes: 0, attestations: 0, reconnects: 0 }
}

function addOne(counts: Uint32Array, position: number): void {
  const index = Math.floor(position)
  counts[index] = (counts[index] as number) + 1
}

/** The highest sum over any 1000 neighbours. */
function busiestSecond(perMs: Uint32Array): number {
  let inWindow = 0
  let most = 0
  for (let ms = 0; ms < perMs.length; ms++) {
    inWindow += perMs[ms] as number
    if (ms >= SECOND_MS) inWindow -= perMs[ms - SECOND_MS] as number
    most = Math.max(most, inWindow)
  }
  return most
}

export function createRecoveryMeter(kiosks: number, outage: Outage): RecoveryMeter {
  const needs = new Uint8Array(kiosks)
  const backAfterMs: number[] = []
  let stillAway = 0
  let recoveryWork = 0
  const workPerMs = new Uint32Array(outage.watchedUntilMs - outage.endMs)
  const perSecond = {
    requests: new Uint32Array(Math.ceil(outage.watchedUntilMs / SECOND_MS)),
    recoveryWork: new Uint32Array(Math.ceil(workPerMs.length / SECOND_MS)),
  }
  const duringOutage = noCounts()
  const afterOutage = noCounts()

  function met(kiosk: number, kind: RequestKind, answeredAtMs: number): void {
    needs[kiosk] = (needs[kiosk] as number) & ~bitOf(kind)
    if (needs[kiosk] !== 0) return
    stillAway--
    backAfterMs.push(answeredAtMs - outage.endMs)
  }

  function secondsUntil(share: number): number {
    const sorted = backAfterMs.toSorted((a, b) => a - b)
    return (sorted[Math.ceil(sorted.length * share) - 1] ?? 0) / SECOND_MS
  }

  return {
    need(kiosk, kind) {
      if (needs[kiosk] === 0) stillAway++
      needs[kiosk] = (needs[kiosk] as number) | bitOf(kind)
    },
    needInstead(kiosk, kind, others) {
      const needed = needs[kiosk] as number
      if ((needed & bitOf(kind)) === 0) return
      needs[kiosk] = others.reduce((bits, other) => bits | bitOf(other), needed & ~bitOf(kind))
    },
    count(kiosk, kind, { arrivedAtMs, answeredAtMs, ok }) {
      addOne(perSecond.requests, arrivedAtMs / SECOND_MS)
      if (arrivedAtMs < outage.startMs) return
      if (arrivedAtMs < outage.endMs) {
        duringOutage[kind]++
        return
      }
      afterOutage[kind]++
      if (((needs[kiosk] as number) & bitOf(kind)) === 0) return
      recoveryWork++
      const ms = arrivedAtMs - outage.endMs
      addOne(workPerMs, ms)
      addOne(perSecond.recoveryWork, ms / SECOND_MS)
      if (ok) met(kiosk, kind, answeredAtMs)
    },
    report() {
      if (stillAway > 0) throw new Error(`${stillAway} kiosks are not back when the watching ends`)
      const idealPerSecond = recoveryWork / IDEAL_SPREAD_SECONDS
      const recoveryPeakPerSecond = busiestSecond(workPerMs)
      return {
        recoveryWork,
        recoveryPeakPerSecond,
        idealPerSecond,
        ratioToIdeal: idealPerSecond === 0 ? 0 : recoveryPeakPerSecond / idealPerSecond,
        secondsToRecoverP95: secondsUntil(0.95),
        secondsToRecoverLast: secondsUntil(1),
        requests: { duringOutage, afterOutage },
        perSecond,
      }
    },
  }
}
