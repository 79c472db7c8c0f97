/** The helper process: owns every secret and every decision of a sign-in. Never writes a secret to disk, log or environment. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readHelperEnvironment } from './config/helper-environment.ts'
import type { Bundle } from './config/read-bundle.ts'
import { readDiagnostics } from './diagnostics.ts'
import { type ClockEvent, startKioskClock } from './kiosk-clock.ts'
import { createLog } from './log.ts'
import { createIdentityProvider, type IdentityProvider } from './oauth/identity-provider.ts'
import { openProviderNetwork } from './oauth/provider-network.ts'
import { trustAuthorities } from './oauth/trusted-authorities.ts'
import { checkProvisioning, provisioningChange } from './provisioning.ts'
import { readSessionPolicy } from './session/session-policy.ts'
import { createSessionRunner } from './session/session-runner.ts'
import { claimLinkFolder } from './shell-link/link-folder.ts'
import { type LinkServer, startLinkServer } from './shell-link/link-server.ts'
import { createSnapshots } from './snapshots.ts'
import { superviseHelper } from './supervision.ts'

/** Stamped in by the build. */
declare const KIOSK_VERSION: string

process.umask(0o077)
const log = createLog('helper')
const environment = readHelperEnvironment(process.env)
await mkdir(environment.runtimeFolder, { recursive: true })
const linkFolder = await claimLinkFolder(environment.runtimeFolder)
const provisioning = await checkProvisioning(environment)
const { clock } = startKioskClock(noteClockEvent)
if (provisioning.ok) trustAuthorities(provisioning.bundle.trustedCaPems)

let link: LinkServer | null = null
const snapshots = createSnapshots({
  version: KIOSK_VERSION,
  nowMs: clock.nowMs,
  bundle: provisioning.bundle,
  vault: provisioning.ok ? provisioning.vault.kind : 'refused',
  onSnapshot: (snapshot) => link?.publish(snapshot),
})
const provider = provisioning.ok ? openProvider(provisioning.bundle) : null
const session = createSessionRunner({
  ports:
    provisioning.ok && provider
      ? { identity: provisioning.bundle.config.identity, provider, vault: provisioning.vault }
      : null,
  clock,
  log,
  onChange: (state) => snapshots.changeSession(state),
})
const supervision = superviseHelper(async () => {
  await session.stop()
  await provider?.close()
  await link?.close()
}, log)

link = await startLinkServer(
  linkFolder,
  {
    snapshot: () => snapshots.current(),
    command: (command) => session.command(command),
    painted: (painted) => snapshots.changePainted(painted),
    diagnostics: () => readDiagnostics({ version: KIOSK_VERSION, bundle: provisioning.bundle, provider }),
    screenLost: () => session.dispatch({ kind: 'screenLost' }),
  },
  log,
)
supervision.reportReady()

if (provisioning.ok) {
  if (provisioning.vault.foundLeftover) log.warn({ event: 'session.expired-by-crash' }, 'an earlier session was wiped')
  session.dispatch({ kind: 'provisioned', policy: readSessionPolicy(provisioning.bundle.config.session) })
  await provider?.warmUp()
} else {
  const { problems } = provisioning
  for (const problem of problems) log.error({ problem }, 'this kiosk is not provisioned')
  session.dispatch({ kind: 'unprovisioned', problems })
  await provisioningChange(environment, problems)
  supervision.end('provisioning changed', 0)
}

function openProvider({ config }: Bundle): IdentityProvider {
  const { identity, access } = config
  const network = openProviderNetwork(config.network.proxy)
  const knowledgePath = join(environment.runtimeFolder, 'provider.json')
  return createIdentityProvider({ identity, access, network, clock, log, knowledgePath })
}

function noteClockEvent(event: ClockEvent): void {
  log.warn({ event: `clock.${event.kind}`, ...event })
  if (event.kind === 'slept') session.dispatch({ kind: 'woke' })
}
