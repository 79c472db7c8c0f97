/** The running helper as a witness: what it says of itself, and the checks that only it can make. Never waits for it without end. */
import { setTimeout as sleep } from 'node:timers/promises'
import { KioskError } from '../../contract/kiosk-error.ts'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import { type CheckName, NETWORK_CHECK_NAMES, type SupportCheck } from '../../contract/support.ts'
import { openTechnicianLink, type TechnicianLink } from '../shell-link/link-client.ts'
import type { CheckOutcome } from '../support/check-run.ts'

/** A helper that is well answers within a fraction of it. */
export const HELPER_LIMIT_MS = 2_000
const ASK_AGAIN_MS = 100

export type HelperWitness =
  | { kind: 'answers'; snapshot: KioskSnapshot; link: TechnicianLink }
  | { kind: 'silent'; why: KioskError }

/** What the helper is good for as a witness: one without a whole bundle has no way to the provider. */
type Standing = 'silent' | 'not-set-up' | 'set-up'

/** Pure: who makes a check. The helper makes every one that it can, because it is the kiosk; it asks for no code. */
export function whoChecks(name: CheckName, helper: Standing): 'helper' | 'doctor' {
  if (name === 'helper' || name === 'device-code' || helper === 'silent') return 'doctor'
  const isOfNetwork = NETWORK_CHECK_NAMES.some((known) => known === name)
  return isOfNetwork && helper === 'not-set-up' ? 'doctor' : 'helper'
}

export function standingOf(witness: HelperWitness): Standing {
  if (witness.kind === 'silent') return 'silent'
  return witness.snapshot.session.kind === 'unprovisioned' ? 'not-set-up' : 'set-up'
}

async function meet(runtimeFolder: string): Promise<HelperWitness> {
  const link = await openTechnicianLink(runtimeFolder)
  try {
    return { kind: 'answers', snapshot: await link.subscribe(), link }
  } catch (error) {
    link.close()
    throw error
  }
}

/** @throws KioskError `link-closed` for a helper that holds its socket and says nothing */
async function inTime<T>(answer: Promise<T>, limitMs: number): Promise<T> {
  const over = new AbortController()
  const late = sleep(limitMs, undefined, { signal: over.signal }).then((): never => {
    throw new KioskError('link-closed', `the helper holds its socket, but said nothing for ${limitMs} ms`)
  })
  // Called off where the helper was sooner.
  late.catch(() => {})
  try {
    return await Promise.race([answer, late])
  } finally {
    over.abort()
  }
}

export async function findHelper(runtimeFolder: string, limitMs = HELPER_LIMIT_MS): Promise<HelperWitness> {
  try {
    return await inTime(meet(runtimeFolder), limitMs)
  } catch (error) {
    if (!(error instanceof KioskError)) throw error
    return { kind: 'silent', why: error }
  }
}

export type HelperTestimony = {
  /** What became of one check. */
  of(name: CheckName): Promise<CheckOutcome>
  /** @throws KioskError when the helper went away before it had said everything */
  complete: Promise<void>
}

function asOutcome({ state, found, code, remedy }: SupportCheck): CheckOutcome {
  const isOver = state === 'ok' || state === 'warning' || state === 'failed' || state === 'skipped'
  return {
    state: isOver ? state : 'skipped',
    ...(found !== null && { found }),
    ...(code !== null && { code }),
    ...(remedy !== null && { remedy }),
  }
}

const isOver = ({ state }: SupportCheck) => state !== 'waiting' && state !== 'running'

/** Has the helper run its checks, or listens to a run that is under way. */
export function hearHelper(link: Pick<TechnicianLink, 'checks'>, limitMs = HELPER_LIMIT_MS): HelperTestimony {
  const heard = new Map<CheckName, PromiseWithResolvers<CheckOutcome>>()
  function outcomeOf(name: CheckName): PromiseWithResolvers<CheckOutcome> {
    const known = heard.get(name) ?? Promise.withResolvers<CheckOutcome>()
    heard.set(name, known)
    return known
  }

  async function listen(): Promise<void> {
    for (let isFirst = true; ; isFirst = false) {
      const run = await inTime(link.checks({ run: isFirst }), limitMs)
      for (const check of run.checks.filter(isOver)) outcomeOf(check.name).resolve(asOutcome(check))
      if (run.state === 'done') return
      await sleep(ASK_AGAIN_MS)
    }
  }

  const complete = listen()
  // What it did not come to say; whoever waits for `complete` hears why.
  complete.catch(() => {
    for (const outcome of heard.values()) outcome.resolve({ state: 'skipped', found: 'the helper went away' })
  })
  return { of: (name) => outcomeOf(name).promise, complete }
}
