/** Measure 2: from the person's approval to the token, at one interval and one distance, all clients side by side. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { HostileProvider } from '../../demo/hostile-provider/hostile-provider.ts'
import { stratifiedPhases } from './approval-phases.ts'
import { untilPhase } from './await-phase.ts'
import {
  type BenchClient,
  CLIENT_NAMES,
  type ClientName,
  type PerClient,
  perClient,
  type RunningClient,
} from './bench-client.ts'
import { BENCH_CLIENTS } from './bench-clients.ts'
import { openBenchServer } from './bench-server.ts'
import { isGenuine } from './genuine-token.ts'
import { addPollCounts, countPolls, gapsMs, type PollCount, pollsOf } from './poll-gaps.ts'
import { median } from './statistics.ts'

/** Long enough for every sign-in of a lane that has to wait for the others to start. */
const CODE_LIFETIME_SECONDS = 600
/** A sign-in that takes longer has failed. */
const SIGN_IN_LIMIT_MS = 60_000
/** Processes starting all at once would only wait for one another. */
const START_APART_MS = 150

export type Cell = { intervalSeconds: number; roundTripMs: number }
type SignInMeasure = { approveToTokenMs: number; polls: number }
export type CellResult = Cell & {
  signIns: PerClient<SignInMeasure[]>
  /** Why a sign-in came to nothing. */
  failures: PerClient<string[]>
  /** Of all codes, whatever became of them. */
  polls: PerClient<PollCount>
}

type Lane = { client: BenchClient; phases: readonly number[]; running: RunningClient }
type Stage = Cell & {
  provider: HostileProvider
  /** Of every client so far. */
  userCodes: PerClient<string[]>
  start(client: BenchClient, signIns: number): Promise<RunningClient>
}

/** How far apart a client's polls arrive as a rule, be it the interval and a round trip or what the client makes of it. */
function pollingPeriodMs(stage: Stage, name: ClientName): number {
  const gaps = stage.userCodes[name].flatMap((userCode) => gapsMs(pollsOf(stage.provider.requests, userCode)))
  return gaps.length > 0 ? median(gaps) : stage.intervalSeconds * 1000 + stage.roundTripMs
}

/** Signs in once, approved at this phase of the client's own polling period. */
async function signIn({ client, running }: Lane, phase: number, stage: Stage): Promise<SignInMeasure> {
  const { provider, userCodes } = stage
  const signal = AbortSignal.timeout(SIGN_IN_LIMIT_MS)
  const code = await running.next(signal)
  if (code.kind !== 'code') throw new Error(code.kind === 'failed' ? code.error : 'a token without a code')
  userCodes[client.name].push(code.userCode)
  const arrivalsMs = () => pollsOf(provider.requests, code.userCode).map(({ atMs }) => atMs)
  await untilPhase(phase, { arrivalsMs, periodMs: () => pollingPeriodMs(stage, client.name) }, signal)
  const { approvedAtMs } = await provider.approve(code.userCode)
  const token = await running.next(signal)
  if (token.kind !== 'token') throw new Error(token.kind === 'failed' ? token.error : 'a second code before the token')
  if (!isGenuine(token.proof, provider)) throw new Error('a token that the provider never issued')
  return { approveToTokenMs: token.atMs - approvedAtMs, polls: arrivalsMs().length }
}

/** A client that fails is started anew for what is left to do; the failure is counted. */
async function runLane(lane: Lane, stage: Stage): Promise<{ done: SignInMeasure[]; failures: string[] }> {
  const done: SignInMeasure[] = []
  const failures: string[] = []
  for (const [index, phase] of lane.phases.entries()) {
    try {
      done.push(await signIn(lane, phase, stage))
      if (index < lane.phases.length - 1) await lane.running.goOn()
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error))
      await lane.running.close()
      const left = lane.phases.length - index - 1
      if (left > 0) lane.running = await stage.start(lane.client, left)
    }
  }
  await lane.running.close()
  return { done, failures }
}

/** Every client does so many sign-ins, at the same phases and in the same order, in several processes at once. */
export async function runCell(
  cell: Cell,
  { signIns, signInsPerProcess }: { signIns: number; signInsPerProcess: number },
): Promise<CellResult> {
  const { intervalSeconds, roundTripMs } = cell
  const codeLifetimeSeconds = CODE_LIFETIME_SECONDS
  const server = await openBenchServer({ intervalSeconds, codeLifetimeSeconds }, { roundTripMs })
  const phases = stratifiedPhases(signIns)
  const lanes: Lane[] = []
  const stage: Stage = {
    ...cell,
    provider: server.provider,
    userCodes: perClient(() => []),
    start: (client, count) => client.start(server.address, { signIns: count }),
  }
  try {
    for (let first = 0; first < signIns; first += signInsPerProcess) {
      const own = phases.slice(first, first + signInsPerProcess)
      for (const name of CLIENT_NAMES) {
        const client = BENCH_CLIENTS[name]
        lanes.push({ client, phases: own, running: await stage.start(client, own.length) })
        await sleep(START_APART_MS)
      }
    }
    const results = await Promise.all(lanes.map(async (lane) => ({ lane, ...(await runLane(lane, stage)) })))
    const countPollsOf = (userCode: string) => countPolls(pollsOf(stage.provider.requests, userCode), intervalSeconds)
    const ofClient = (name: ClientName) => results.filter(({ lane }) => lane.client.name === name)
    return {
      ...cell,
      signIns: perClient((name) => ofClient(name).flatMap(({ done }) => done)),
      failures: perClient((name) => ofClient(name).flatMap(({ failures }) => failures)),
      polls: perClient((name) => addPollCounts(stage.userCodes[name].map(countPollsOf))),
    }
  } finally {
    await Promise.all(lanes.map(({ running }) => running.close()))
    await server.close()
  }
}
