/** How a kiosk begins: what was ordered while it was off, then its session. One that cannot start still serves operations. */

import type { ProviderWay } from './attestation/provider-way.ts'
import type { AuditTrail } from './audit/audit-trail.ts'
import type { Bundle } from './config/read-bundle.ts'
import type { KioskClock } from './kiosk-clock.ts'
import { startKioskUpkeep } from './kiosk-upkeep.ts'
import type { Log } from './log.ts'
import type { IdentityProvider } from './oauth/identity-provider.ts'
import type { Premises, Provisioned, Provisioning } from './provisioning.ts'
import type { KioskRemote } from './remote-control/kiosk-remote.ts'
import type { ScreenWatch } from './session/screen-watch.ts'
import { readSessionPolicy } from './session/session-policy.ts'
import type { SessionRunner } from './session/session-runner.ts'
import type { Snapshots } from './snapshots.ts'
import type { Supervision } from './supervision.ts'
import type { EventRing } from './support/event-ring.ts'
import type { openSupportDesk } from './support/support-desk.ts'
import type { TechnicianAccess } from './technician/technician-access.ts'
import type { Upkeep } from './upkeep.ts'
import type { VaultOpening } from './vault/open-kiosk-vault.ts'

/** What a kiosk has once it has begun; null before, and where it does without. */
export type StartedParts = { upkeep: Upkeep | null; remote: KioskRemote | null }

type StartParts = {
  premises: Premises
  session: SessionRunner
  screens: ScreenWatch
  technician: Pick<TechnicianAccess, 'start'>
  way: ProviderWay | null
  provider: IdentityProvider | null
  snapshot: Snapshots['current']
  vault: () => { destroyPending: boolean } | null
  support: ReturnType<typeof openSupportDesk>
  supervision: Supervision
  clock: KioskClock
  events: EventRing
  audit: AuditTrail
  log: Log
}

/** @param started gets its parts as they begin, since others tell them what happens from then on */
export async function startKiosk(
  provisioning: Provisioning,
  opening: VaultOpening | null,
  started: StartedParts,
  parts: StartParts,
): Promise<void> {
  const { session, technician, way, provider, log } = parts
  // Nobody waits for it: a disk that does not answer holds up no sign-in.
  technician.start().catch((error: unknown) => log.error({ err: error }, 'technician access cannot be looked at'))
  if (provisioning.ok && opening) {
    way?.start()
    // Nobody waits for it: it makes the first code come sooner, and tells the time to whoever judges an order.
    void provider?.warmUp()
    await startProvisioned(provisioning, opening, started, parts)
  } else if (!provisioning.ok) {
    const { problems } = provisioning
    for (const problem of problems) log.error({ problem }, 'this kiosk is not provisioned')
    session.dispatch({ kind: 'unprovisioned', problems })
    startUnprovisioned(provisioning, started, parts).catch((error: unknown) =>
      log.error({ err: error }, 'no orders reach this kiosk'),
    )
  }
}

async function startProvisioned(
  { vault: findings, tolerated, found, runnable: { bundle } }: Provisioned,
  opening: VaultOpening,
  started: StartedParts,
  parts: StartParts,
): Promise<void> {
  const { premises, session, screens, supervision, clock, log } = parts
  const { config } = bundle
  const { certificate } = found
  for (const notice of bundle.notices) log.warn({ event: 'bundle.notice', notice }, notice.what)
  if (certificate.kind === 'faulty') log.warn({ event: 'device.certificate-faulty', faults: certificate.faults })
  for (const problem of tolerated) log.warn({ problem }, 'tolerated in a development bundle')
  if (opening.foundLeftover) log.warn({ event: 'session.expired-by-crash' }, 'an earlier session was wiped')
  const upkeep = startKioskUpkeep({
    config,
    memoryLimitBytes: premises.memoryLimitBytes,
    vaultFolder: findings.folder,
    canHandOver: opening.vault.canHandOver,
    isRevoking: () => session.isRevoking(),
    clock,
    supervision,
    log,
  })
  started.upkeep = upkeep
  const { handover } = opening
  if (handover.kind === 'session' || handover.kind === 'spent') upkeep.noteTokens()
  if (handover.kind === 'session') screens.expect(handover.session.screenId)
  // What was ordered while this kiosk was off comes before any sign-in.
  const remote = await openRemote(bundle, parts)
  started.remote = remote
  await remote?.drain()
  await session.start(readSessionPolicy(config.session))
  remote?.begin()
}

/** A kiosk that cannot start says so to operations as well, and serves what needs no session. */
async function startUnprovisioned({ runnable }: Provisioning, started: StartedParts, parts: StartParts): Promise<void> {
  const remote = runnable && (await openRemote(runnable.bundle, parts))
  started.remote = remote
  remote?.begin()
  await remote?.drain()
}

async function openRemote(bundle: Bundle, parts: StartParts): Promise<KioskRemote | null> {
  if (!bundle.config.remoteControl) return null
  const { premises, session, provider, snapshot, vault, support, way, clock, events, audit, log } = parts
  // Most of it is a library that other kiosks do without.
  const { openKioskRemote } = await import('./remote-control/kiosk-remote.ts')
  const isDestroyPending = () => vault()?.destroyPending ?? false
  const kiosk = { session, snapshot, provider, isDestroyPending, support, followed: way?.device ?? null }
  return openKioskRemote({ bundle, premises, ...kiosk, events, clock, audit, log })
}
