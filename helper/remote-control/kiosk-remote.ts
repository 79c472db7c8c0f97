/** Remote control of this kiosk: what an order finds, what is reported, which bundle and device it is for. Decides nothing. */
import { setTimeout as wait } from 'node:timers/promises'
import { assertNever } from '../../contract/kiosk-error.ts'
import type { EndReason, KioskSnapshot, SessionState } from '../../contract/session-state.ts'
import { deviceFiles } from '../attestation/device-files.ts'
import type { DeviceIdentity } from '../attestation/device-identity.ts'
import type { FollowedDevice } from '../attestation/follow-device.ts'
import type { RecordedEvent } from '../audit/audit-events.ts'
import type { AuditTrail } from '../audit/audit-trail.ts'
import type { Bundle } from '../config/read-bundle.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import type { Log } from '../log.ts'
import type { IdentityProvider } from '../oauth/identity-provider.ts'
import { trustAuthorities } from '../oauth/trusted-authorities.ts'
import type { Premises } from '../provisioning.ts'
import type { SessionRunner } from '../session/session-runner.ts'
import type { EventRing } from '../support/event-ring.ts'
import type { openSupportDesk } from '../support/support-desk.ts'
import type { OrderedKiosk } from './carry-out.ts'
import type { OrderRecord } from './order-desk.ts'
import { openRemoteControl, type RemoteControl } from './remote-control.ts'
import { describeReported, sessionCode } from './reported.ts'

/** The bundle's folder is looked at each second, and what was seen twice is read. */
const BUNDLE_LOOK_MS = 2_500

type KioskParts = {
  bundle: Bundle
  premises: Premises
  session: SessionRunner
  snapshot: () => KioskSnapshot
  provider: IdentityProvider | null
  /** Whoever follows this device's certificate already; null where nobody does. */
  followed: FollowedDevice | null
  /** Whether an order to destroy the vault is not carried out in full. */
  isDestroyPending: () => boolean
  support: Pick<ReturnType<typeof openSupportDesk>, 'status' | 'diagnosticsText'>
  events: EventRing
  clock: KioskClock
  audit: AuditTrail
  log: Log
}

export type KioskRemote = RemoteControl & {
  /** With every change of the session. */
  noteSession(session: SessionState): void
}

function orderedKiosk({ session, snapshot, provider, isDestroyPending, support, audit }: KioskParts): OrderedKiosk {
  return {
    // What was handed over is a session, though this helper does not show it yet.
    kind: () => (session.isHandedOver() ? 'signedIn' : snapshot().session.kind),
    troubleCode: () => sessionCode(snapshot()),
    revoke: session.revoke,
    canRevokeAtProvider: () => provider?.canRevoke() ?? false,
    restartSignIn: () => void session.command({ kind: 'restartSignIn' }),
    codeGeneration() {
      const { session: shown } = snapshot()
      return shown.kind === 'preparing' || shown.kind === 'awaitingApproval' ? shown.generation : null
    },
    async wipe() {
      // Not waited for: whatever begins next must find that a wipe is under way.
      void audit.record({ event: 'wipe.ordered', by: 'operations' })
      return (await session.wipe()) && !isDestroyPending()
    },
    renew: session.renewNow,
    async lookAtBundle() {
      await wait(BUNDLE_LOOK_MS)
      return snapshot().bundle
    },
    bundleMark: () => JSON.stringify([snapshot().bundle, snapshot().display]),
    diagnosticsText: support.diagnosticsText,
  }
}

function asAuditEvent({ outcome, ...about }: OrderRecord): RecordedEvent {
  switch (outcome.kind) {
    case 'done':
      return { event: 'order.done', ...about, did: outcome.did }
    case 'refused':
      return {
        event: 'order.refused',
        ...about,
        because: outcome.reason,
        unrecordedBefore: outcome.unreceiptedBefore ?? 0,
      }
    case 'failed':
      return { event: 'order.failed', ...about, because: outcome.reason, code: outcome.code }
    default:
      return assertNever(outcome)
  }
}

/** @returns null where the bundle names no broker */
export async function openKioskRemote(parts: KioskParts): Promise<KioskRemote | null> {
  const { bundle, premises, snapshot, provider, support, events, clock, audit, log } = parts
  const { remoteControl: settings, identity } = bundle.config
  if (!settings) return null
  // A kiosk that is not provisioned has not needed them yet.
  trustAuthorities(bundle.trustedCaPems)
  const { provider: kind, issuer, clientId, tenantId = null } = identity
  const providerSkewMs = () => provider?.skewMs() ?? null
  // Nobody waits for it but the first order.
  void provider?.askTime()
  let sinceEpochMs = Date.now()
  let endedBecause: EndReason | null = null

  let signedHead: { hash: string; jws: string } | null = null

  /** Signed once for each line: another signature of the same would be news to nobody. */
  async function auditHead(device: DeviceIdentity): Promise<string | null> {
    if (signedHead && signedHead.hash === audit.head()?.hash) return signedHead.jws
    const signed = await audit.signedHead(device)
    signedHead = signed.kind === 'signed' ? { hash: signed.head.hash, jws: signed.jws } : null
    return signedHead?.jws ?? null
  }

  const remote = await openRemoteControl({
    settings,
    identitySource: deviceFiles({ ...premises, account: process.getuid?.() }),
    followed: parts.followed,
    folders: premises,
    kiosk: orderedKiosk(parts),
    clock,
    providerSkewMs,
    describe: async (device) =>
      describeReported({
        snapshot: snapshot(),
        sinceEpochMs,
        endedBecause,
        tenant: { provider: kind, issuer, clientId, tenantId },
        identity: device,
        status: support.status(),
        lastFault: events.lastFault(),
        clockSkewMs: provider?.facts().clockSkewMs ?? null,
        auditHead: await auditHead(device),
      }),
    record: (record) => audit.record(asAuditEvent(record)),
    log,
  })
  return {
    ...remote,
    noteSession(session) {
      sinceEpochMs = Date.now()
      if (session.kind === 'ended') endedBecause = session.reason
    },
  }
}
