/** Plays one case of the catalogue against the built helper as a process. Tells what happened, judges nothing. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import { createCleanups } from '../cleanups.ts'
import { type HelperProcess, startHelperProcess } from '../helper-process.ts'
import { type KioskWatch, watchKiosk } from '../kiosk-watch.ts'
import { makeWorkFolders, writeDemoBundle } from '../work-folders.ts'
import type { FaultCase } from './fault-case.ts'
import { type Endpoint, type HostileProvider, type SeenRequest, startHostileProvider } from './hostile-provider.ts'
import { noteIntervals } from './note-intervals.ts'
import { type EarlyPoll, findEarlyPolls } from './poll-pace.ts'

const INTERVAL_SECONDS = 1
const CODE_LIFETIME_SECONDS = 120
const LOOK_MS = 20
/** Faults that say 200 in the provider's place and hand nothing out. */
const STRANGE_ANSWERS = new Set(['captivePortal', 'brokenJson', 'hugeJson'])

export type FaultPlay = {
  /** Whom the kiosk asked to confirm, if it came to that. */
  displayName: string | null
  /** Everything it showed, up to the end of the play. */
  seen: readonly KioskSnapshot[]
  /** Tokens that left the provider, good or forged. */
  tokensHandedOut: number
  tokensRevoked: number
  earlyPolls: EarlyPoll[]
  /** The helper's own end, where it did not live to the end of the play. */
  exit: number | NodeJS.Signals | null
  /** Everything it wrote. */
  output: string
  /** How many of the provider's secrets are in there. */
  secretsInOutput: number
}

/** When a play has gone on for long enough, besides a sign-in. */
export type PlayLimits = {
  limitMs: number
  /** Asked again and again; the play ends `lingerMs` after the first true. */
  isOver?: (now: Pick<FaultPlay, 'seen' | 'tokensHandedOut' | 'tokensRevoked'>) => boolean
  lingerMs?: number
}

function countTokens({ requests }: HostileProvider): { tokensHandedOut: number; tokensRevoked: number } {
  const countGood = (endpoint: Endpoint) =>
    requests.filter((request) => request.endpoint === endpoint && isAnswerOfProvider(request)).length
  return { tokensHandedOut: countGood('token'), tokensRevoked: countGood('revocation') }
}

function isAnswerOfProvider({ outcome }: SeenRequest): boolean {
  return outcome?.status === 200 && !STRANGE_ANSWERS.has(outcome.fault ?? '')
}

/** The person approves the first code after as many polls as the case says, and every later one at once. */
function sendPerson(
  provider: HostileProvider,
  watch: KioskWatch,
  approveAfterPolls: number,
  signal: AbortSignal,
): void {
  const met = new Set<string>()

  async function approve(userCode: string, afterPolls: number): Promise<void> {
    const settled = () =>
      provider.requests.filter(
        (request) => request.endpoint === 'token' && request.userCode === userCode && request.outcome !== null,
      )
    while (settled().length < afterPolls) await sleep(LOOK_MS, undefined, { signal })
    await provider.approve(userCode)
  }

  watch.onSnapshot(({ session }) => {
    if (session.kind !== 'awaitingApproval' || met.has(session.userCode)) return
    const afterPolls = met.size === 0 ? approveAfterPolls : 0
    met.add(session.userCode)
    // The code may die, or the play end, before the person gets to it.
    approve(session.userCode, afterPolls).catch(() => {})
  })
}

async function watchPlay(
  { provider, watch, helper }: { provider: HostileProvider; watch: KioskWatch; helper: HelperProcess },
  { limitMs, isOver = () => false, lingerMs = 0 }: PlayLimits,
): Promise<void> {
  let endAtMs = performance.now() + limitMs
  let isEnding = false
  while (performance.now() < endAtMs) {
    if (watch.seen.some(({ session }) => session.kind === 'confirming') || helper.child.exitCode !== null) return
    if (!isEnding && isOver({ seen: watch.seen, ...countTokens(provider) })) {
      isEnding = true
      endAtMs = Math.min(endAtMs, performance.now() + lingerMs)
    }
    await sleep(LOOK_MS)
  }
}

/** Opens all that the case needs, plays it until the kiosk signs somebody in or the limits say so, and closes all of it. */
export async function playFaultCase(faultCase: FaultCase, limits: PlayLimits): Promise<FaultPlay> {
  const cleanups = createCleanups()
  try {
    const options = { intervalSeconds: INTERVAL_SECONDS, codeLifetimeSeconds: CODE_LIFETIME_SECONDS }
    const hostile = await startHostileProvider({ ...options, ...faultCase.options })
    cleanups.add(() => hostile.close())
    const { provider, intervalSecondsOf } = noteIntervals(
      hostile,
      faultCase.options?.intervalSeconds ?? INTERVAL_SECONDS,
    )
    await faultCase.arrange(provider)
    const folders = await makeWorkFolders()
    cleanups.add(() => folders.remove())
    const { issuer, clientId, ca } = provider
    const entraLike = faultCase.options?.entraLike ?? false
    // The person stays for as long as it takes, though nobody touches the screen.
    const session = { maxUnattendedCodes: 1000 }
    await writeDemoBundle(folders.bundle, { issuer, clientId, caPem: ca.caPem, entraLike, session })

    const helper = await startHelperProcess(folders)
    cleanups.add(() => helper.stop())
    const watch = watchKiosk(folders.runtime)
    cleanups.add(() => watch.stop())
    const leaving = new AbortController()
    cleanups.add(() => leaving.abort())
    sendPerson(provider, watch, faultCase.approveAfterPolls, leaving.signal)
    await watchPlay({ provider, watch, helper }, limits)

    const exit = helper.child.exitCode ?? helper.child.signalCode
    const confirming = watch.seen.find(({ session }) => session.kind === 'confirming')?.session
    const seen = [...watch.seen]
    const tokens = countTokens(provider)
    const earlyPolls = findEarlyPolls(provider.requests, intervalSecondsOf)
    // Its last words count, too.
    await helper.stop()
    const output = helper.output()
    return {
      displayName: confirming?.kind === 'confirming' ? confirming.displayName : null,
      seen,
      ...tokens,
      earlyPolls,
      exit,
      output,
      secretsInOutput: provider.journal.secrets().filter((secret) => output.includes(secret)).length,
    }
  } finally {
    await cleanups.run()
  }
}
