/** Remote control of this kiosk: what an order finds, what is reported, which bundle and device it is for. Decides nothing. */
import { setTimeout as wait } from 'node:timers/promises'
import type { EndReason, KioskSnapshot, SessionState } from '../../contract/session-state.ts'
import { deviceFiles } from '../attestation/device-files.ts'
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
  /** Whether an order to destroy the vault is not carried out in full. */
  isDestroyPending: () => boolean
  support: Pick<ReturnType<typeof openSupportDesk>, 'status' | 'diagnosticsText'>
  events: EventRing
  clock: KioskClock
  /** For the audit trail. */
  record: (record: OrderRecord) => void
  auditHead: () => string | null
  log: Log
}

export type KioskRemote = RemoteControl & {
  /** With every change of the session. */
  noteSession(session: SessionState): void
}

function orderedKiosk({ session, snapshot, provider, isDestroyPending, support }: KioskParts): OrderedKiosk {
  return {
    // What was handed over is a session, though this helper does not show it yet.
    kind: () => (session.isHandedOver() ? 'signedIn' : snapshot().session.kind),
    troubleCode: () => sessionCode(snapshot()),
    revoke: session.revoke,
    canRevokeAtProvider: () => provider?.canRevoke() ?? false,
    restartSignIn: () => void session.command({ kind: 'restartSignIn' }),
    async wipe() {
      await session.wipe()
      return !isDestroyPending()
    },
    renew: session.renewNow,
    async lookAtBundle() {
      await wait(BUNDLE_LOOK_MS)
      return snapshot().bundle
    },
    bundle: () => snapshot().bundle,
    diagnosticsText: support.diagnosticsText,
  }
}

/** @returns null where the bundle names no broker */
export async function openKioskRemote(parts: KioskParts): Promise<KioskRemote | null> {
  const { bundle, premises, snapshot, provider, support, events, clock, record, auditHead, log } = parts
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

  const remote = await openRemoteControl({
    settings,
    identitySource: deviceFiles({ ...premises, account: process.getuid?.() }),
    folders: premises,
    kiosk: orderedKiosk(parts),
    clock,
    providerSkewMs,
    describe: (device) =>
      describeReported({
        snapshot: snapshot(),
        sinceEpochMs,
        endedBecause,
        tenant: { provider: kind, issuer, clientId, tenantId },
        identity: device,
        status: support.status(),
        lastFault: events.lastFault(),
        clockSkewMs: provider?.facts().clockSkewMs ?? null,
        auditHead: auditHead(),
      }),
    record,
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
