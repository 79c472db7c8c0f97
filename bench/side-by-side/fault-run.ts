/** Measure 1: one client, one fault of the catalogue, one provider of its own. Does the client come by its tokens? */
import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultCase } from '../../demo/hostile-provider/fault-catalogue.ts'
import type { HostileProvider } from '../../demo/hostile-provider/hostile-provider.ts'
import type { BenchClient, ClientName, RunningClient } from './bench-client.ts'
import { openBenchServer } from './bench-server.ts'
import { isGenuine } from './genuine-token.ts'
import { addPollCounts, countPolls, type PollCount, pollsOf } from './poll-gaps.ts'

const INTERVAL_SECONDS = 1
/** A fault may cost the longest backoff or one more code, but not a person's patience. */
const LIMIT_MS = 60_000
/** Where the first code is of no use, there is a second wait. */
const SECOND_CODE_LIMIT_MS = 75_000
/** How long a forged token may take to be believed. */
const BELIEF_MS = 8_000
const LOOK_MS = 20

export type FaultOutcome = {
  client: ClientName
  faultCase: FaultCase
  /** As a client that does everything right: signed in, or not taken in by a forgery. */
  stood: boolean
  story: string
  polls: PollCount
}

type Visit = { provider: HostileProvider; running: RunningClient; faultCase: FaultCase; signal: AbortSignal }

/** The person: approves the first code after its polls, every later one at once. */
async function approveCode({ provider, faultCase, signal }: Visit, userCode: string, isFirst: boolean): Promise<void> {
  const pollsBefore = isFirst ? faultCase.approveAfterPolls : 0
  while (pollsOf(provider.requests, userCode).length < pollsBefore) await sleep(LOOK_MS, undefined, { signal })
  await provider.approve(userCode)
}

/** How it ended, and with whose token. */
type VisitEnd = { token: 'genuine' | 'forged' | null; story: string }

async function untilToken(visit: Visit): Promise<VisitEnd> {
  const { provider, running, faultCase, signal } = visit
  for (let codes = 0; ; ) {
    const event = await running.next(signal)
    switch (event.kind) {
      case 'code':
        codes += 1
        // Whoever refused a forgery may go on to another code; what comes of that is not the question.
        if (faultCase.expectation === 'refuses' && codes > 1) break
        // The code may die, or the visit end, before the person gets to it.
        void approveCode(visit, event.userCode, codes === 1).catch(() => {})
        break
      case 'token': {
        const isProviders = faultCase.expectation === 'survives' && isGenuine(event.proof, provider)
        return { token: isProviders ? 'genuine' : 'forged', story: `token after ${codes} codes` }
      }
      case 'failed':
        return { token: null, story: event.error }
    }
  }
}

function isForgeryHandedOut({ requests }: HostileProvider): boolean {
  return requests.some(({ endpoint, outcome }) => endpoint === 'token' && outcome?.status === 200 && outcome.fault)
}

async function untilDisbelieved({ provider, faultCase, signal }: Visit): Promise<VisitEnd> {
  if (faultCase.expectation !== 'refuses') return new Promise(() => {})
  while (!isForgeryHandedOut(provider)) await sleep(LOOK_MS, undefined, { signal })
  await sleep(BELIEF_MS, undefined, { signal })
  return { token: null, story: 'not believed' }
}

async function untilTimeIsUp({ faultCase, signal }: Visit): Promise<VisitEnd> {
  const limitMs = Number.isFinite(faultCase.approveAfterPolls) ? LIMIT_MS : SECOND_CODE_LIMIT_MS
  await sleep(limitMs, undefined, { signal })
  return { token: null, story: 'time is up' }
}

/** What the script itself told about intervals is no measure of a client's patience. */
function countGaps({ requests }: HostileProvider): PollCount {
  const changesInterval = requests.some(
    ({ endpoint, outcome }) => endpoint === 'device' && outcome?.fault === 'rewrite',
  )
  if (changesInterval) return addPollCounts([])
  const userCodes = new Set(requests.flatMap(({ userCode }) => userCode ?? []))
  return addPollCounts([...userCodes].map((code) => countPolls(pollsOf(requests, code), INTERVAL_SECONDS)))
}

export async function playFaultCase(client: BenchClient, faultCase: FaultCase): Promise<FaultOutcome> {
  const server = await openBenchServer({ intervalSeconds: INTERVAL_SECONDS, ...faultCase.options })
  const { provider } = server
  await faultCase.arrange(provider)
  const ending = new AbortController()
  let running: RunningClient | undefined
  try {
    running = await client.start(server.address, { signIns: 1 })
    const { signal } = ending
    const visit = { provider, running, faultCase, signal }
    const ends = [untilToken(visit), untilDisbelieved(visit), untilTimeIsUp(visit)]
    // Those that lose the race are aborted.
    for (const end of ends) end.catch(() => {})
    const { token, story } = await Promise.race(ends)
    const stood =
      faultCase.expectation === 'refuses' ? token === null && isForgeryHandedOut(provider) : token === 'genuine'
    return { client: client.name, faultCase, stood, story, polls: countGaps(provider) }
  } finally {
    ending.abort()
    await running?.close()
    await server.close()
  }
}
