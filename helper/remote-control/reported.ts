/** Makes the state that operations see of a kiosk from what its screen and support know. Pure. Names no person, shows no code. */
import type { KioskErrorCode } from '../../contract/kiosk-error.ts'
import type { ReportedState } from '../../contract/reported-state.ts'
import type { EndReason, KioskSnapshot } from '../../contract/session-state.ts'
import type { SupportStatus } from '../../contract/support.ts'
import type { DeviceIdentity } from '../attestation/device-identity.ts'

export type ReportedFacts = {
  snapshot: KioskSnapshot
  /** When the present state of the session began, on the kiosk's own wall clock. */
  sinceEpochMs: number
  endedBecause: EndReason | null
  tenant: ReportedState['tenant']
  identity: Pick<DeviceIdentity, 'deviceId' | 'fingerprint' | 'validUntilEpochMs'>
  status: Pick<SupportStatus, 'token' | 'lastTokenIssueEpochMs'>
  lastFault: ReportedState['lastFault']
  clockSkewMs: number | null
  auditHead: string | null
}

const short = (text: string) => text.slice(0, 200)

/** What keeps the kiosk from signing anybody in. */
export function sessionCode({ session }: Pick<KioskSnapshot, 'session'>): KioskErrorCode | null {
  if (session.kind === 'trouble') return session.code
  return session.kind === 'unprovisioned' ? (session.problems[0]?.code ?? null) : null
}

export function describeReported(facts: ReportedFacts): ReportedState {
  const { snapshot, identity, status, tenant } = facts
  const { session, clock, display, helper, device, bundle, painted } = snapshot
  const { token } = status
  return {
    version: 1,
    deviceId: identity.deviceId,
    atEpochMs: clock.epochMs,
    clockSkewMs: facts.clockSkewMs,
    kioskName: short(display.kioskName),
    place: short(display.place),
    tenant,
    helper: { version: helper.version, startedAtEpochMs: helper.startedAtEpochMs },
    bundleVersion: bundle?.signed?.version ?? null,
    bundleRefused: (bundle?.refused.length ?? 0) > 0,
    isActivated: device.activation && device.activation.kind === 'active',
    session: {
      kind: session.kind,
      sinceEpochMs: facts.sinceEpochMs,
      generation: 'generation' in session ? session.generation : null,
      endedBecause: facts.endedBecause,
      code: sessionCode(snapshot),
    },
    token: token && {
      validUntilEpochMs: Math.round(clock.epochMs + token.expiresAtMs - clock.monotonicMs),
      isRenewed: token.isRenewed,
    },
    lastTokenIssueEpochMs: status.lastTokenIssueEpochMs,
    certificate: { fingerprint: identity.fingerprint, validUntilEpochMs: identity.validUntilEpochMs },
    painted,
    lastFault: facts.lastFault,
    auditHead: facts.auditHead,
  }
}

/** Whether there is news: a clock that goes on, and the same picture painted once more, are none. */
export function hasNews(before: ReportedState | null, after: ReportedState): boolean {
  return before === null || asNews(before) !== asNews(after)
}

function asNews({ painted, token, ...state }: ReportedState): string {
  return JSON.stringify({
    ...state,
    atEpochMs: null,
    clockSkewMs: null,
    painted: painted && [painted.kind, painted.generation],
    token: token && [Math.round(token.validUntilEpochMs / 1000), token.isRenewed],
  })
}
