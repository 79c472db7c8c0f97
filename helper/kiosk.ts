/** The parts of a kiosk that was looked at, put together: vault, provider, session, screens. Decides nothing by itself. */
import { join } from 'node:path'
import type { DeviceStanding } from '../contract/device-standing.ts'
import { troubleCodeSchema } from '../contract/kiosk-error.ts'
import type { RemoteControlStatus } from '../contract/remote-control-status.ts'
import { openActivation } from './activation/activation.ts'
import { deviceFiles } from './attestation/device-files.ts'
import { certificateIdOf } from './attestation/device-identity.ts'
import { GatewayWord } from './attestation/gateway-word.ts'
import { certificateStanding, gatewayOf, openProviderWay, type ProviderWay } from './attestation/provider-way.ts'
import { openKioskAudit } from './audit/kiosk-audit.ts'
import { showBrand } from './brand/shown-brand.ts'
import { sessionTerms } from './config/change-effects.ts'
import { describeBundle } from './config/find-bundle.ts'
import { followBundle } from './config/follow-bundle.ts'
import type { Bundle } from './config/read-bundle.ts'
import { describeVault, readDiagnostics } from './diagnostics.ts'
import { type ClockEvent, type KioskClock, startKioskClock } from './kiosk-clock.ts'
import type { Log } from './log.ts'
import { createIdentityProvider, type IdentityProvider } from './oauth/identity-provider.ts'
import { openProviderNetwork, type ProviderNetwork } from './oauth/provider-network.ts'
import { trustAuthorities } from './oauth/trusted-authorities.ts'
import type { Premises, Provisioned, Provisioning } from './provisioning.ts'
import type { KioskRemote } from './remote-control/kiosk-remote.ts'
import { createScreenIncidents } from './session/screen-incidents.ts'
import { watchScreens } from './session/screen-watch.ts'
import { readSessionPolicy } from './session/session-policy.ts'
import { createSessionRunner } from './session/session-runner.ts'
import type { LinkHandlers } from './shell-link/link-requests.ts'
import type { LinkServer } from './shell-link/link-server.ts'
import { createSnapshots } from './snapshots.ts'
import type { StopHow, Supervision } from './supervision.ts'
import { watchConnection } from './support/connection-watch.ts'
import type { EventRing } from './support/event-ring.ts'
import { networkSettings } from './support/network-checks.ts'
import { openSupportDesk } from './support/support-desk.ts'
import { keepSupportRecord } from './support/support-record.ts'
import { openTechnicianAccess } from './technician/technician-access.ts'
import { startUpkeep, type Upkeep } from './upkeep.ts'
import { watchVault } from './vault/check-vault.ts'
import { openKioskVault, type VaultOpening } from './vault/open-kiosk-vault.ts'

/** Stamped in by the build. */
declare const KIOSK_VERSION: string

export type Kiosk = {
  /** For the shell link, once `start` has resolved. */
  handlers: LinkHandlers
  /** Begins: with a session that was handed over, at rest, or with what an installer has to mend. */
  start(): Promise<void>
  stop(how: StopHow): Promise<void>
}

type KioskOptions = {
  premises: Premises
  link: LinkServer
  supervision: Supervision
  log: Log
  /** What the log said so far, and will. */
  events: EventRing
}

export async function openKiosk(provisioning: Provisioning, options: KioskOptions): Promise<Kiosk> {
  const { premises, link, supervision, log, events } = options
  const { clock } = startKioskClock(noteClockEvent)
  const { found, runnable } = provisioning
  const { certificate } = found
  const certificateId = certificateIdOf(certificate)
  const bundle = runnable?.bundle ?? null
  const opening = provisioning.ok ? await openVault(provisioning, clock, log) : null
  const record = keepSupportRecord(join(premises.runtimeFolder, 'support.json'), { events, log })
  log.info({ event: 'helper.started', version: KIOSK_VERSION })
  const { stateFolder } = premises
  const audit = openKioskAudit(provisioning, opening, { stateFolder, version: KIOSK_VERSION, log })
  let upkeep: Upkeep | null = null
  let remote: KioskRemote | null = null

  const snapshots = createSnapshots({
    version: KIOSK_VERSION,
    nowMs: clock.nowMs,
    bundle,
    bundleStatus: runnable && describeBundle(runnable, { refused: found.refused, waiting: [] }),
    vault: opening?.vault.kind ?? 'refused',
    onSnapshot(snapshot) {
      link.publish(snapshot)
      remote?.note()
    },
  })
  // A kiosk that cannot start is put into service by nobody, and may not even know its own name.
  const activation =
    provisioning.ok && bundle
      ? await openActivation({ bundle, stateFolder, log, audit, onChange: snapshots.changeActivation })
      : null
  if (activation) snapshots.changeActivation(activation.state())
  const brand = bundle && showBrand(bundle, { onDisplay: snapshots.changeDisplay, log })
  const followed =
    runnable &&
    followBundle(
      { ...premises, ...(certificateId !== null && { certificateId }) },
      { found, runnable },
      {
        onBundle: (changed) => brand?.take(changed),
        onStatus: snapshots.changeBundle,
        onDue: (due) => {
          if (due === 'end-session') session.dispatch({ kind: 'settingsChanged' })
          else supervision.end('the bundle has changed', { exitCode: 0, planned: true })
        },
        isRevoking: () => session.isRevoking(),
        log,
        audit,
      },
    )
  const way = provisioning.ok ? openWay(provisioning) : null
  const { network, connection } = watchConnection(way?.network ?? openProviderNetwork('none'), clock.nowMs)
  const provider = provisioning.ok ? openProvider(provisioning.runnable.bundle, network) : null
  const session = createSessionRunner({
    ports: bundle && provider && opening ? { identity: bundle.config.identity, provider, vault: opening.vault } : null,
    clock,
    log,
    audit,
    handover: opening?.handover ?? { kind: 'none' },
    onChange: (state) => {
      upkeep?.noteSession(state)
      remote?.noteSession(state)
      snapshots.changeSession(state)
      followed?.noteSession(state)
    },
    onConfirmed: (confirmed) => activation?.noteConfirmed(confirmed),
    onLeaving: () => link.announceRestart(),
    onTokenTimes(times) {
      support.noteTokens(times, clock.nowMs())
      remote?.note()
    },
    onDestroyed: () => supervision.end('the vault was destroyed', { exitCode: 0, planned: false }),
  })
  const screens = watchScreens(clock, () => session.dispatch({ kind: 'screenLost' }))
  const technician = openTechnicianAccess({
    deviceId: snapshots.current().device.id,
    folders: premises,
    clock,
    log,
    audit,
    onLeave: () => session.command({ kind: 'signOut' }),
  })
  const incidents = createScreenIncidents(log)
  const isCodeOnScreen = () => snapshots.current().session.kind === 'awaitingApproval'
  const remoteControl = (): RemoteControlStatus => remote?.status() ?? { kind: 'not-configured' }
  const standing = (): DeviceStanding =>
    way?.standing() ?? {
      certificate: certificateStanding(certificate, null),
      gatewayUrl: bundle && gatewayOf(bundle.config),
      attestation: { kind: 'unasked' },
    }
  const vault = provisioning.ok && opening ? () => describeVault(provisioning, opening.vault) : () => null
  const support = openSupportDesk({
    snapshot: snapshots.current,
    vault,
    standing,
    connection,
    clockSkewMs: () => provider?.facts().clockSkewMs ?? null,
    events,
    record,
    technician,
    checks: {
      version: KIOSK_VERSION,
      bundlePlaces: premises,
      vaultFolder: join(premises.runtimeFolder, 'vault'),
      isDevelopment: bundle?.config.development ?? false,
      deviceKey: provisioning.ok ? provisioning.vault.deviceKey : null,
      network: bundle && provider ? { ...networkSettings(bundle.config), network, isCodeOnScreen } : null,
      device: { isWanted: bundle !== null && gatewayOf(bundle.config) !== null, places: premises },
      remoteControl,
      painted: () => snapshots.current().painted,
      findTechnicianFault: technician.findFault,
    },
  })

  async function startProvisioned({ vault: findings, tolerated, ...given }: Provisioned, found: VaultOpening) {
    const { bundle } = given.runnable
    const { config } = bundle
    for (const notice of bundle.notices) log.warn({ event: 'bundle.notice', notice }, notice.what)
    if (certificate.kind === 'faulty') log.warn({ event: 'device.certificate-faulty', faults: certificate.faults })
    for (const problem of tolerated) log.warn({ problem }, 'tolerated in a development bundle')
    if (found.foundLeftover) log.warn({ event: 'session.expired-by-crash' }, 'an earlier session was wiped')
    upkeep = startUpkeep({
      nowMs: clock.nowMs,
      memoryLimitBytes: premises.memoryLimitBytes,
      forgetAfterMs: config.vault.forgetAfterSeconds === null ? null : config.vault.forgetAfterSeconds * 1000,
      canHandOver: found.vault.canHandOver,
      isRevoking: () => session.isRevoking(),
      // Node's `--expose-gc`; without it a collection comes when V8 thinks fit.
      collectGarbage: () => void globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }),
      onDue: (reason, residentBytes) => {
        log.info({ event: 'helper.upkeep', reason, residentBytes })
        supervision.end(reason, { exitCode: 0, planned: true })
      },
    })
    watchVault(findings.folder, { isDevelopment: config.development }, (problem) => {
      log.error({ problem }, 'the vault is no safe place any more')
      supervision.end(problem.code, { exitCode: 0, planned: false })
    })
    const { handover } = found
    if (handover.kind === 'session' || handover.kind === 'spent') upkeep.noteTokens()
    if (handover.kind === 'session') screens.expect(handover.session.screenId)
    // What was ordered while this kiosk was off comes before any sign-in.
    remote = await openRemote(bundle)
    await remote?.drain()
    await session.start(readSessionPolicy(config.session))
    remote?.begin()
  }

  async function openRemote(bundle: Bundle): Promise<KioskRemote | null> {
    if (!bundle.config.remoteControl) return null
    // Most of it is a library that other kiosks do without.
    const { openKioskRemote } = await import('./remote-control/kiosk-remote.ts')
    const isDestroyPending = () => vault()?.destroyPending ?? false
    const kiosk = { session, snapshot: snapshots.current, provider, isDestroyPending, support }
    return openKioskRemote({ bundle, premises, ...kiosk, events, clock, audit, log })
  }

  /** A kiosk that cannot start says so to operations as well, and serves what needs no session. */
  async function startUnprovisioned(): Promise<void> {
    remote = bundle && (await openRemote(bundle))
    remote?.begin()
    await remote?.drain()
  }

  function openWay({ runnable: { bundle } }: Provisioned): ProviderWay {
    // Before the first connection, and before the device's certificate is made ready for one.
    trustAuthorities(bundle.trustedCaPems)
    return openProviderWay({
      config: bundle.config,
      found: certificate,
      source: deviceFiles({ ...premises, account: process.getuid?.() }),
      clock,
      log,
      onRefused: ({ code, cause }) => {
        const reason = cause instanceof GatewayWord ? cause.reason : null
        session.dispatch({ kind: 'deviceRefused', code: troubleCodeSchema.parse(code), reason })
      },
    })
  }

  function openProvider({ config }: Bundle, network: ProviderNetwork): IdentityProvider {
    return createIdentityProvider({
      identity: config.identity,
      access: config.access,
      admit: (claims) => activation?.admit(claims),
      network,
      clock,
      log,
      audit,
      knowledgePath: join(premises.runtimeFolder, 'provider.json'),
      onTokens: () => upkeep?.noteTokens(),
    })
  }

  function noteClockEvent(event: ClockEvent): void {
    log.warn({ event: `clock.${event.kind}`, ...event })
    // A second after the start at the soonest: the session is there by then, or a stop is under way.
    if (event.kind === 'slept') session.dispatch({ kind: 'woke' })
  }

  return {
    handlers: {
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
      diagnostics: () =>
        readDiagnostics({
          version: KIOSK_VERSION,
          bundle,
          provider,
          standing: standing(),
          remoteControl: remoteControl(),
          activation: activation?.state() ?? null,
          vault: vault(),
          brand: snapshots.current().display.brand,
          bundleStatus: snapshots.current().bundle,
          screenIncidents: incidents.recent(),
        }),
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
    },
    async start() {
      // Nobody waits for it: a disk that does not answer holds up no sign-in.
      technician.start().catch((error: unknown) => log.error({ err: error }, 'technician access cannot be looked at'))
      if (provisioning.ok && opening) {
        way?.start()
        // Nobody waits for it: it makes the first code come sooner, and tells the time to whoever judges an order.
        void provider?.warmUp()
        await startProvisioned(provisioning, opening)
      } else if (!provisioning.ok) {
        const { problems } = provisioning
        for (const problem of problems) log.error({ problem }, 'this kiosk is not provisioned')
        session.dispatch({ kind: 'unprovisioned', problems })
        startUnprovisioned().catch((error: unknown) => log.error({ err: error }, 'no orders reach this kiosk'))
      }
    },
    async stop({ planned, cancelled }) {
      followed?.stop()
      // What waits for the gateway's word fails now, so that there is time to revoke.
      way?.callOff()
      // What is not taken yet comes to the next helper.
      const remoteEnded = remote?.stop({ planned })
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
    },
  }
}

function openVault({ vault, runnable: { bundle } }: Provisioned, clock: KioskClock, log: Log): Promise<VaultOpening> {
  const { issuer, clientId } = bundle.config.identity
  return openKioskVault(
    {
      ...vault,
      // Another issuer or client is another tenant: no session outlives the change.
      owner: { deviceId: bundle.deviceId, tenant: `${issuer} ${clientId}` },
      rules: sessionTerms(bundle.config),
      nowMs: clock.nowMs,
    },
    log,
  )
}
