/** Carries out what operations ordered, through the commands that the kiosk has anyway. Judges nothing, keeps nothing. */
import type { BundleStatus } from '../../contract/bundle-status.ts'
import { assertNever, type KioskErrorCode } from '../../contract/kiosk-error.ts'
import type { OrderDeed, OrderFailure, OrderName, OrderOutcome } from '../../contract/remote-orders.ts'
import type { SessionStateKind } from '../../contract/session-state.ts'
import type { RenewalEnd } from '../session/session-runner.ts'

/** The kiosk as an order finds it. */
export type OrderedKiosk = {
  kind(): SessionStateKind
  /** Of `trouble`, and of what keeps the kiosk from starting. */
  troubleCode(): KioskErrorCode | null
  /** Ends what goes on; resolves once nothing of it is left on this kiosk. */
  revoke(): Promise<void>
  /** Whether the provider has an endpoint for it; it is asked in the background, as at every sign-out. */
  canRevokeAtProvider(): boolean
  restartSignIn(): void
  /** Of the code that is asked for or on the screen; null without one. */
  codeGeneration(): number | null
  /** Resolves when the keys are gone, or false where some are left. */
  wipe(): Promise<boolean>
  renew(): Promise<RenewalEnd>
  /** Resolves after the next look at the bundle's folder; null where no bundle is followed. */
  lookAtBundle(): Promise<BundleStatus | null>
  /** Changes with whatever a look at the bundle may have changed. */
  bundleMark(): string
  diagnosticsText(): string
}

const done = (did: OrderDeed[], diagnostics?: string): OrderOutcome =>
  diagnostics === undefined ? { kind: 'done', did } : { kind: 'done', did, diagnostics }

const failed = (reason: OrderFailure, code: KioskErrorCode | null = null): OrderOutcome => ({
  kind: 'failed',
  reason,
  code,
})

/** What an end of the session, the question or the code means, seen from before it. */
function endingDeeds(kind: SessionStateKind, kiosk: OrderedKiosk): OrderDeed[] {
  switch (kind) {
    case 'confirming':
    case 'signedIn':
      return ['session-ended', kiosk.canRevokeAtProvider() ? 'revocation-asked' : 'revocation-not-offered']
    case 'preparing':
    case 'awaitingApproval':
      return ['sign-in-abandoned']
    default:
      return ['nothing-to-end']
  }
}

/** Ends what goes on, where nothing else can be done for an order yet. */
export async function endOnly(kiosk: OrderedKiosk): Promise<readonly OrderDeed[]> {
  const deeds = endingDeeds(kiosk.kind(), kiosk)
  await kiosk.revoke()
  return deeds.filter((deed) => deed !== 'nothing-to-end')
}

async function restartSignIn(kiosk: OrderedKiosk): Promise<OrderOutcome> {
  const met = kiosk.kind()
  const deeds = endingDeeds(met, kiosk)
  const generation = kiosk.codeGeneration()
  kiosk.restartSignIn()
  const isFresh = kiosk.codeGeneration() !== null && kiosk.codeGeneration() !== generation
  if (isFresh) return done([...deeds, 'code-requested'])
  // A fresh one is on its way already; nothing of it was abandoned.
  if (met === 'preparing') return done(['code-requested'])
  if (!deeds.includes('session-ended')) return failed('sign-in-waits', kiosk.troubleCode())
  // The helper is about to end, and shows the session as it was.
  if (kiosk.kind() === met) await kiosk.revoke()
  return done([...deeds, 'no-code-yet'])
}

async function wipe(kiosk: OrderedKiosk): Promise<OrderOutcome> {
  const deeds = endingDeeds(kiosk.kind(), kiosk)
  return (await kiosk.wipe()) ? done([...deeds, 'vault-destroyed']) : failed('vault-not-destroyed')
}

async function reloadConfig(kiosk: OrderedKiosk, taken: TakenByKind): Promise<OrderOutcome> {
  const before = kiosk.bundleMark()
  const after = await kiosk.lookAtBundle()
  const [fault] = after?.refused ?? []
  if (fault) return failed('bundle-refused', fault.code)
  // A helper that has started since has read whatever lies there.
  const isTaken = taken === 'earlier' || kiosk.bundleMark() !== before
  return done([isTaken ? 'bundle-taken' : 'bundle-unchanged'])
}

async function refreshTokens(kiosk: OrderedKiosk): Promise<OrderOutcome> {
  const end = await kiosk.renew()
  return end === 'renewed' ? done(['tokens-renewed']) : failed(end)
}

/** The two that need no session machine, and therefore no provisioned kiosk either. */
async function serveUnprovisioned(order: OrderName, kiosk: OrderedKiosk, taken: TakenByKind): Promise<OrderOutcome> {
  if (order === 'collect-diagnostics') return done(['diagnostics-collected'], kiosk.diagnosticsText())
  if (order === 'reload-config') return reloadConfig(kiosk, taken)
  // Nothing goes on, and nothing is kept: that is what was ordered.
  if (order === 'revoke-session') return done(['nothing-to-end'])
  return failed('not-provisioned', kiosk.troubleCode())
}

/** By which helper the order was taken: this one, or one before it. */
export type TakenByKind = 'this' | 'earlier'

export async function carryOut(order: OrderName, kiosk: OrderedKiosk, taken: TakenByKind): Promise<OrderOutcome> {
  if (kiosk.kind() === 'unprovisioned') return serveUnprovisioned(order, kiosk, taken)
  switch (order) {
    case 'revoke-session': {
      const deeds = endingDeeds(kiosk.kind(), kiosk)
      await kiosk.revoke()
      return done(deeds)
    }
    case 'refresh-tokens':
      return refreshTokens(kiosk)
    case 'restart-sign-in':
      return restartSignIn(kiosk)
    case 'wipe':
      return wipe(kiosk)
    case 'reload-config':
      return reloadConfig(kiosk, taken)
    case 'collect-diagnostics':
      return done(['diagnostics-collected'], kiosk.diagnosticsText())
    default:
      return assertNever(order)
  }
}
