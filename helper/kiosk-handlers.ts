/** What the helper answers on the shell link: each question by the part that knows. Decides nothing. */
import type { AuditRecorder } from './audit/audit-trail.ts'
import type { ShownBrand } from './brand/shown-brand.ts'
import type { Log } from './log.ts'
import type { ScreenIncidents } from './session/screen-incidents.ts'
import type { ScreenWatch } from './session/screen-watch.ts'
import type { SessionRunner } from './session/session-runner.ts'
import type { LinkHandlers } from './shell-link/link-requests.ts'
import type { Snapshots } from './snapshots.ts'
import type { TechnicianAccess } from './technician/technician-access.ts'

export function kioskHandlers(parts: {
  session: SessionRunner
  snapshots: Snapshots
  brand: ShownBrand | null
  screens: ScreenWatch
  technician: TechnicianAccess
  support: LinkHandlers['support']
  incidents: ScreenIncidents
  diagnostics: LinkHandlers['diagnostics']
  audit: AuditRecorder
  log: Log
}): LinkHandlers {
  const { session, snapshots, brand, screens, technician, support, incidents, diagnostics, audit, log } = parts
  return {
    snapshot: () => snapshots.current(),
    logoPart: (request) => brand?.logoPart(request) ?? { kind: 'gone' },
    command(command, role) {
      const result = session.command(command)
      if (command.kind === 'restartSignIn' && result.accepted) {
        log.warn({ event: 'support.sign-in-restarted', role }, 'a fresh code was asked for')
        void audit.record({ event: 'support.sign-in-restarted', by: role })
      }
      if (command.kind === 'wipe' && result.accepted) void audit.record({ event: 'wipe.ordered', by: role })
      return result
    },
    accessToken: (request) => session.accessToken(request),
    painted: (painted) => snapshots.changePainted(painted),
    incident: (incident) => incidents.note(incident),
    diagnostics,
    technician,
    support,
    screenJoined(screenId) {
      if (screenId !== screens.screenId()) technician.end()
      screens.joined(screenId)
    },
    screenLost() {
      technician.end()
      screens.left()
      // What nobody draws any more is on no glass.
      snapshots.changePainted(null)
    },
  }
}
