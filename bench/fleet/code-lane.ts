/** Keeps a code on the screens of the kiosks that show one: polls, and a new code when one dies. Nobody signs in here. */
import { assertNever } from '../../contract/kiosk-error.ts'
import type { PollSchedule } from '../../helper/oauth/poll-schedule.ts'
import { type CodeBudget, FULL_BUDGET, spendCode } from '../../helper/session/code-budget.ts'
import { CODE_LIFE_MS, type KioskStart, POLL_INTERVAL_SECONDS } from './fleet-mix.ts'
import type { OutageWorld } from './outage-world.ts'
import type { RequestKind } from './retry-habits.ts'

export type CodeLane = {
  /** What happens when the lane's timer fires. */
  next: 'poll' | 'beginAttempt' | 'attest' | 'requestCode'
  schedule: PollSchedule
  lastPollFailed: boolean
  budget: CodeBudget
}

export function beginCodeLane(
  world: OutageWorld,
  kiosk: number,
  { codeExpiresAtMs, pollingSinceMs }: KioskStart & { kind: 'showsCode' },
): CodeLane {
  const code = { intervalSeconds: POLL_INTERVAL_SECONDS, expiresAtMs: codeExpiresAtMs }
  const schedule = world.habits.polls.start(code, pollingSinceMs, world.random)
  const lane: CodeLane = { next: 'poll', schedule, lastPollFailed: false, budget: FULL_BUDGET }
  waitForPoll(world, kiosk, lane)
  return lane
}

function waitForPoll(world: OutageWorld, kiosk: number, lane: CodeLane): void {
  const { nextPollAtMs, expiresAtMs } = lane.schedule
  lane.next = nextPollAtMs === null ? 'beginAttempt' : 'poll'
  if (nextPollAtMs === null) world.setTimer(kiosk, 'code', expiresAtMs)
  else world.send(kiosk, 'code', nextPollAtMs)
}

function poll(world: OutageWorld, kiosk: number, lane: CodeLane, nowMs: number): void {
  const { ok, answeredAtMs, retryAfterMs } = world.answer(kiosk, 'polls', nowMs)
  lane.lastPollFailed = !ok
  const outcome = ok ? ({ kind: 'pending' } as const) : ({ kind: 'transient', retryAfterMs } as const)
  lane.schedule = world.habits.polls.goOn(lane.schedule, outcome, answeredAtMs, world.random)
  waitForPoll(world, kiosk, lane)
}

/** The code died, or the trouble screen has waited long enough. Each new code begins with an attestation. */
function beginAttempt(world: OutageWorld, kiosk: number, lane: CodeLane, nowMs: number): void {
  // A poll that was needed back has become pointless with its code.
  world.meter.needInstead(kiosk, 'polls', ['attestations', 'codeRequests'])
  if (world.habits.limitsCodes) {
    const spent = spendCode(lane.budget, nowMs)
    if ('waitUntilMs' in spent) {
      world.setTimer(kiosk, 'code', spent.waitUntilMs)
      return
    }
    lane.budget = spent.budget
  }
  lane.next = 'attest'
  world.send(kiosk, 'code', nowMs)
}

function showTrouble(world: OutageWorld, kiosk: number, lane: CodeLane, nowMs: number, wishMs: number | null): void {
  lane.next = 'beginAttempt'
  world.setTimer(kiosk, 'code', nowMs + world.retryDelayMs(kiosk, 'code', 'codeRequests', wishMs))
}

function attest(world: OutageWorld, kiosk: number, lane: CodeLane, nowMs: number): void {
  const { ok, answeredAtMs, retryAfterMs } = world.answer(kiosk, 'attestations', nowMs)
  if (!ok) {
    showTrouble(world, kiosk, lane, answeredAtMs, retryAfterMs)
    return
  }
  lane.next = 'requestCode'
  world.send(kiosk, 'code', answeredAtMs)
}

function requestCode(world: OutageWorld, kiosk: number, lane: CodeLane, nowMs: number): void {
  const { ok, answeredAtMs, retryAfterMs } = world.answer(kiosk, 'codeRequests', nowMs)
  if (!ok) {
    showTrouble(world, kiosk, lane, answeredAtMs, retryAfterMs)
    return
  }
  world.forgetFailures(kiosk, 'code')
  lane.lastPollFailed = false
  const code = { intervalSeconds: POLL_INTERVAL_SECONDS, expiresAtMs: nowMs + CODE_LIFE_MS }
  lane.schedule = world.habits.polls.start(code, answeredAtMs, world.random)
  waitForPoll(world, kiosk, lane)
}

export function fireCodeLane(world: OutageWorld, kiosk: number, lane: CodeLane, nowMs: number): void {
  switch (lane.next) {
    case 'poll':
      poll(world, kiosk, lane, nowMs)
      break
    case 'beginAttempt':
      beginAttempt(world, kiosk, lane, nowMs)
      break
    case 'attest':
      attest(world, kiosk, lane, nowMs)
      break
    case 'requestCode':
      requestCode(world, kiosk, lane, nowMs)
      break
    default:
      assertNever(lane.next)
  }
}

/** What the lane has been without since the outage; a code whose last poll is behind it counts as dead. */
export function neededByCodeLane(lane: CodeLane): RequestKind[] {
  if (!lane.lastPollFailed) return []
  return lane.next === 'poll' ? ['polls'] : ['attestations', 'codeRequests']
}
