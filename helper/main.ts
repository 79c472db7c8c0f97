/** The helper process: owns every secret and every decision of a sign-in. Never writes a secret to disk, log or environment. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readHelperEnvironment } from './config/helper-environment.ts'
import type { Bundle } from './config/read-bundle.ts'
import { describeVault, readDiagnostics } from './diagnostics.ts'
import { type ClockEvent, startKioskClock } from './kiosk-clock.ts'
import { createLog } from './log.ts'
import { createIdentityProvider, type IdentityProvider } from './oauth/identity-provider.ts'
import { openProviderNetwork } from './oauth/provider-network.ts'
import { trustAuthorities } from './oauth/trusted-authorities.ts'
import { findUnsafeSettings, scrubEnvironment } from './process-hygiene.ts'
import { checkProvisioning, provisioningChange, type VaultFindings } from './provisioning.ts'
import { watchScreens } from './session/screen-watch.ts'
import { readSessionPolicy } from './session/session-policy.ts'
import { createSessionRunner } from './session/session-runner.ts'
import { claimLinkFolder } from './shell-link/link-folder.ts'
import { type LinkServer, startLinkServer } from './shell-link/link-server.ts'
import { createSnapshots } from './snapshots.ts'
import { superviseHelper } from './supervision.ts'
import { startUpkeep, type Upkeep } from './upkeep.ts'
import { openKioskVault, type VaultOpening } from './vault/open-kiosk-vault.ts'

/** Stamped in by the build. */
declare const KIOSK_VERSION: string

process.umask(0o077)
const log = createLog('helper')
const unsafeSettings = findUnsafeSettings({ execArgv: process.execArgv, environment: process.env })
scrubEnvironment(process.env)
const environment = readHelperEnvironment(process.env)
await mkdir(environment.runtimeFolder, { recursive: true })
const linkFolder = await claimLinkFolder(environment.runtimeFolder)
const provisioning = await checkProvisioning(environment, unsafeSettings)
const { clock } = startKioskClock(noteClockEvent)
if (provisioning.ok) trustAuthorities(provisioning.bundle.trustedCaPems)
const opening = provisioning.ok ? await openVault(provisioning.vault, provisioning.bundle) : null

let link: LinkServer | null = null
let upkeep: Upkeep | null = null
const snapshots = createSnapshots({
  version: KIOSK_VERSION,
  nowMs: clock.nowMs,
  bundle: provisioning.bundle,
  vault: opening?.vault.kind ?? 'refused',
  onSnapshot: (snapshot) => link?.publish(snapshot),
})
const vaultFacts =
  provisioning.ok && opening ? describeVault(provisioning.vault, opening.vault, provisioning.tolerated) : null
const provider = provisioning.ok ? openProvider(provisioning.bundle) : null
const session = createSessionRunner({
  ports:
    provisioning.ok && provider && opening
      ? { identity: provisioning.bundle.config.identity, provider, vault: opening.vault }
      : null,
  clock,
  log,
  onChange: (state) => {
    upkeep?.noteSession(state)
    snapshots.changeSession(state)
  },
  onDestroyed: () => supervision.end('the vault was destroyed', 0),
})
const screens = watchScreens(clock, () => session.dispatch({ kind: 'screenLost' }))
const supervision = superviseHelper(async (planned) => {
  // Whatever else is on the glass, a code above all, is dead in a moment.
  const { kind } = snapshots.current().session
  if (planned && (kind === 'signedIn' || kind === 'attract')) await link?.announceRestart()
  await session.stop({ planned, screenId: screens.screenId() })
  await provider?.close()
  await link?.close()
}, log)

link = await startLinkServer(
  linkFolder,
  {
    snapshot: () => snapshots.current(),
    command: (command) => session.command(command),
    painted: (painted) => snapshots.changePainted(painted),
    diagnostics: () =>
      readDiagnostics({ version: KIOSK_VERSION, bundle: provisioning.bundle, provider, vault: vaultFacts }),
    screenJoined: (screenId) => screens.joined(screenId),
    screenLost: () => screens.left(),
  },
  log,
)
supervision.reportReady()

if (provisioning.ok && opening) {
  const { bundle, tolerated } = provisioning
  for (const problem of tolerated) log.warn({ problem }, 'tolerated in a development bundle')
  if (opening.foundLeftover) log.warn({ event: 'session.expired-by-crash' }, 'an earlier session was wiped')
  upkeep = startUpkeep({
    nowMs: clock.nowMs,
    memoryLimitBytes: environment.memoryLimitBytes,
    forgetAfterMs: forgetAfterMs(bundle),
    canHandOver: opening.vault.canHandOver,
    onDue: (reason, residentBytes) => {
      log.info({ event: 'helper.upkeep', reason, residentBytes })
      supervision.end(reason, 0)
    },
  })
  await session.start(readSessionPolicy(bundle.config.session), opening.handover)
  if (opening.handover.kind === 'session') screens.expect(opening.handover.session.screenId)
  await provider?.warmUp()
} else if (!provisioning.ok) {
  const { problems } = provisioning
  for (const problem of problems) log.error({ problem }, 'this kiosk is not provisioned')
  session.dispatch({ kind: 'unprovisioned', problems })
  await provisioningChange(environment, unsafeSettings, problems)
  supervision.end('provisioning changed', 0)
}

function openVault(findings: VaultFindings, { deviceId, config }: Bundle): Promise<VaultOpening> {
  const { issuer, clientId } = config.identity
  // Another issuer or client is another tenant: no session outlives the change.
  const owner = { deviceId, tenant: `${issuer} ${clientId}` }
  return openKioskVault({ ...findings, owner, nowMs: clock.nowMs }, log)
}

function openProvider({ config }: Bundle): IdentityProvider {
  const { identity, access } = config
  const network = openProviderNetwork(config.network.proxy)
  const knowledgePath = join(environment.runtimeFolder, 'provider.json')
  return createIdentityProvider({ identity, access, network, clock, log, knowledgePath })
}

function forgetAfterMs({ config }: Bundle): number | null {
  const { forgetAfterSeconds } = config.vault
  return forgetAfterSeconds === null ? null : forgetAfterSeconds * 1000
}

function noteClockEvent(event: ClockEvent): void {
  log.warn({ event: `clock.${event.kind}`, ...event })
  if (event.kind === 'slept') session.dispatch({ kind: 'woke' })
}
