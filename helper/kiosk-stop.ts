/** The end of a kiosk, part by part, in the order in which they need one another. Never waits for a part for ever. */
import type { Activation } from './activation/activation.ts'
import type { ProviderWay } from './attestation/provider-way.ts'
import type { AuditTrail } from './audit/audit-trail.ts'
import type { FollowedBundle } from './config/follow-bundle.ts'
import type { IdentityProvider } from './oauth/identity-provider.ts'
import type { RemoteControl } from './remote-control/remote-control.ts'
import type { ScreenIncidents } from './session/screen-incidents.ts'
import type { ScreenWatch } from './session/screen-watch.ts'
import type { SessionRunner } from './session/session-runner.ts'
import type { LinkServer } from './shell-link/link-server.ts'
import type { Snapshots } from './snapshots.ts'
import type { StopHow } from './supervision.ts'
import type { TechnicianAccess } from './technician/technician-access.ts'

export async function stopKiosk(
  { planned, cancelled }: StopHow,
  parts: {
    followed: FollowedBundle | null
    way: ProviderWay | null
    remote: RemoteControl | null
    snapshots: Snapshots
    link: LinkServer
    session: SessionRunner
    screens: ScreenWatch
    activation: Activation | null
    provider: IdentityProvider | null
    incidents: ScreenIncidents
    support: { close(): Promise<void> }
    technician: TechnicianAccess
    audit: AuditTrail
  },
): Promise<void> {
  const { followed, way, remote, snapshots, link, session, screens, activation, provider } = parts
  const { incidents, support, technician, audit } = parts
  followed?.stop()
  // What waits for the gateway's word fails now, so that there is time to revoke.
  way?.callOff()
  // What is not taken yet comes to the next helper.
  const remoteEnded = remote?.stop({ planned })
  // Heard where it is waited for; until then a failure must not end the helper in the middle of a handover.
  remoteEnded?.catch(() => {})
  // "Touch to sign in" may stay where it is; a code is dead in a moment.
  if (planned && snapshots.current().session.kind === 'attract') await link.announceRestart()
  // What was changed in the second before is not noticed yet, and no session outlives some changes.
  const handsOver = planned && (await followed?.mayHandOver()) === true
  await session.stop({ planned: handsOver, cancelled, screenId: screens.screenId() })
  await activation?.close()
  way?.close()
  await provider?.close()
  await link.close()
  incidents.close()
  await support.close()
  await remoteEnded
  await session.lastLook(cancelled)
  // Last, because a disk may be slow, and without it a lock only lasts a few seconds longer.
  await technician.stop()
  void audit.record({ event: 'helper.stopped', planned })
  await audit.close()
}
