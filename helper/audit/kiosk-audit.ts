/** The trail of this kiosk, and what it has to say first of what the helper before left. Opens, and decides nothing else. */
import { hostname } from 'node:os'
import { certificateIdOf } from '../attestation/device-identity.ts'
import type { Log } from '../log.ts'
import type { Provisioning } from '../provisioning.ts'
import type { VaultOpening } from '../vault/open-kiosk-vault.ts'
import type { AuditOwner, RecordedEvent } from './audit-events.ts'
import { type AuditTrail, openAuditTrail } from './audit-trail.ts'
import { firstEvents } from './left-session.ts'

/** As the screen names the device, also without a bundle; the tenant as the provider's log does, where it has one. */
export function ownerOf({ runnable, found }: Pick<Provisioning, 'runnable' | 'found'>): AuditOwner {
  const { identity } = runnable?.bundle.config ?? {}
  const device = runnable?.bundle.deviceId ?? certificateIdOf(found.certificate) ?? hostname()
  return { device, tenant: identity?.tenantId ?? identity?.issuer ?? null }
}

/** An order of before that this start has carried out, or could not. */
function destroyedEvents(provisioning: Provisioning): RecordedEvent[] {
  const destroyed = provisioning.ok ? provisioning.vault.destroyed : null
  if (destroyed === null) return []
  if (destroyed === 'failed') return [{ event: 'wipe.failed', what: 'device-key', code: 'keychain-unavailable' }]
  return [{ event: 'wipe.done', deviceKey: destroyed }]
}

/** @param opening the vault, if this kiosk is provisioned */
export function openKioskAudit(
  provisioning: Provisioning,
  opening: VaultOpening | null,
  { stateFolder, version, log }: { stateFolder: string; version: string; log: Log },
): AuditTrail {
  const isHandedOver = opening?.handover.kind === 'session'
  const found = isHandedOver ? 'session' : opening?.foundLeftover ? 'noise' : 'nothing'
  return openAuditTrail({
    stateFolder,
    owner: ownerOf(provisioning),
    first: (left) => [...firstEvents(left, { version, found }), ...destroyedEvents(provisioning)],
    log,
  })
}
