/** The helper process: owns every secret and every decision of a sign-in. Never writes a secret to disk, log or environment. */
import { mkdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { readHelperEnvironment } from './config/helper-environment.ts'
import { createLog } from './log.ts'
import type { GrantClock } from './oauth/device-grant.ts'
import { createIdentityProvider } from './oauth/identity-provider.ts'
import { trustAuthorities } from './oauth/trusted-authorities.ts'
import { checkProvisioning, provisioningChange } from './provisioning.ts'
import { createSessionRunner, LONGEST_TIMER_MS } from './session/session-runner.ts'
import { claimLinkFolder } from './shell-link/link-folder.ts'
import { type LinkServer, startLinkServer } from './shell-link/link-server.ts'
import { createSnapshots } from './snapshots.ts'
import { superviseHelper } from './supervision.ts'

/** Stamped in by the build. */
declare const KIOSK_VERSION: string

const clock: GrantClock = {
  nowMs: () => performance.now(),
  wait: (delayMs, signal) => sleep(Math.min(Math.max(delayMs, 0), LONGEST_TIMER_MS), undefined, { signal }),
  random: Math.random,
}

process.umask(0o077)
const log = createLog('helper')
const environment = readHelperEnvironment(process.env)
await mkdir(environment.runtimeFolder, { recursive: true })
const linkFolder = await claimLinkFolder(environment.runtimeFolder)
const provisioning = await checkProvisioning(environment)
if (provisioning.ok) trustAuthorities(provisioning.bundle.trustedCaPems)

let link: LinkServer | null = null
const snapshots = createSnapshots({
  version: KIOSK_VERSION,
  bundle: provisioning.bundle,
  vault: provisioning.ok ? provisioning.vault.kind : 'refused',
  onSnapshot: (snapshot) => link?.publish(snapshot),
})
const session = createSessionRunner({
  ports: provisioning.ok
    ? {
        identity: provisioning.bundle.config.identity,
        provider: createIdentityProvider({ identity: provisioning.bundle.config.identity, clock, log, fetch }),
        vault: provisioning.vault,
      }
    : null,
  clock,
  log,
  onChange: (state) => snapshots.changeSession(state),
})
const supervision = superviseHelper(async () => {
  await session.stop()
  await link?.close()
}, log)

link = await startLinkServer(
  linkFolder,
  {
    snapshot: () => snapshots.current(),
    command: (command) => session.command(command),
    painted: (painted) => snapshots.changePainted(painted),
    screenLost: () => session.dispatch({ kind: 'screenLost' }),
  },
  log,
)
supervision.reportReady()

if (provisioning.ok) {
  if (provisioning.vault.foundLeftover) log.warn({ event: 'session.expired-by-crash' }, 'an earlier session was wiped')
  const { start, confirmSeconds, maxUnattendedCodes, shiftHours } = provisioning.bundle.config.session
  const policy = { start, confirmMs: confirmSeconds * 1000, maxUnattendedCodes, shiftMs: shiftHours * 3_600_000 }
  session.dispatch({ kind: 'provisioned', policy })
} else {
  const { problems } = provisioning
  for (const problem of problems) log.error({ problem }, 'this kiosk is not provisioned')
  session.dispatch({ kind: 'unprovisioned', problems })
  await provisioningChange(environment, problems)
  supervision.end('provisioning changed', 0)
}
