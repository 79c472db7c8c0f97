/** The parts of a kiosk that was looked at, put together: vault, provider, session, screens. Decides nothing by itself. */
import { join } from 'node:path'
import type { DeviceStanding } from '../contract/device-standing.ts'
import type { RemoteControlStatus } from '../contract/remote-control-status.ts'
import { openActivation } from './activation/activation.ts'
import { certificateIdOf } from './attestation/device-identity.ts'
import { certificateStanding, gatewayOf } from './attestation/provider-way.ts'
import { openKioskAudit } from './audit/kiosk-audit.ts'
import { showBrand } from './brand/shown-brand.ts'
import { describeBundle } from './config/find-bundle.ts'
import { followBundle } from './config/follow-bundle.ts'
import { describeVault, readDiagnostics } from './diagnostics.ts'
import { type ClockEvent, startKioskClock } from './kiosk-clock.ts'
import { kioskHandlers } from './kiosk-handlers.ts'
import { openKioskProvider, openKioskWay, openVault } from './kiosk-provider.ts'
import { type StartedParts, startKiosk } from './kiosk-start.ts'
import { stopKiosk } from './kiosk-stop.ts'
import { openKioskSupport } from './kiosk-support.ts'
import type { Log } from './log.ts'
import { openProviderNetwork } from './oauth/provider-network.ts'
import type { Premises, Provisioning } from './provisioning.ts'
import { createScreenIncidents } from './session/screen-incidents.ts'
import { watchScreens } from './session/screen-watch.ts'
import { createSessionRunner } from './session/session-runner.ts'
import type { LinkHandlers } from './shell-link/link-requests.ts'
import type { LinkServer } from './shell-link/link-server.ts'
import { createSnapshots } from './snapshots.ts'
import type { StopHow, Supervision } from './supervision.ts'
import { watchConnection } from './support/connection-watch.ts'
import type { EventRing } from './support/event-ring.ts'
import { keepSupportRecord } from './support/support-record.ts'
import { openTechnicianAccess } from './technician/technician-access.ts'

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
  const started: StartedParts = { upkeep: null, remote: null }

  const snapshots = createSnapshots({
    version: KIOSK_VERSION,
    nowMs: clock.nowMs,
    bundle,
    bundleStatus: runnable && describeBundle(runnable, { refused: found.refused, waiting: [] }),
    vault: opening?.vault.kind ?? 'refused',
    onSnapshot(snapshot) {
      link.publish(snapshot)
      started.remote?.note()
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
  const way = provisioning.ok
    ? openKioskWay(provisioning, {
        premises,
        clock,
        log,
        onRefused: (refused) => session.dispatch({ kind: 'deviceRefused', ...refused }),
      })
    : null
  const { network, connection } = watchConnection(way?.network ?? openProviderNetwork('none'), clock.nowMs)
  const { runtimeFolder } = premises
  const onTokens = () => started.upkeep?.noteTokens()
  const provider = provisioning.ok
    ? openKioskProvider(provisioning.runnable.bundle, {
        network,
        activation,
        runtimeFolder,
        clock,
        log,
        audit,
        onTokens,
      })
    : null
  const session = createSessionRunner({
    ports: bundle && provider && opening ? { identity: bundle.config.identity, provider, vault: opening.vault } : null,
    clock,
    log,
    audit,
    handover: opening?.handover ?? { kind: 'none' },
    onChange: (state) => {
      started.upkeep?.noteSession(state)
      started.remote?.noteSession(state)
      snapshots.changeSession(state)
      followed?.noteSession(state)
    },
    onConfirmed: (confirmed) => activation?.noteConfirmed(confirmed),
    onLeaving: () => link.announceRestart(),
    onTokenTimes(times) {
      support.noteTokens(times, clock.nowMs())
      started.remote?.note()
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
  const remoteControl = (): RemoteControlStatus => started.remote?.status() ?? { kind: 'not-configured' }
  const standing = (): DeviceStanding =>
    way?.standing() ?? {
      certificate: certificateStanding(certificate, null),
      gatewayUrl: bundle && gatewayOf(bundle.config),
      attestation: { kind: 'unasked' },
    }
  const vault = provisioning.ok && opening ? () => describeVault(provisioning, opening.vault) : () => null
  const support = openKioskSupport({
    provisioning,
    premises,
    version: KIOSK_VERSION,
    snapshot: snapshots.current,
    vault,
    standing,
    connection,
    network,
    provider,
    remoteControl,
    technician,
    events,
    record,
  })

  function noteClockEvent(event: ClockEvent): void {
    log.warn({ event: `clock.${event.kind}`, ...event })
    // A second after the start at the soonest: the session is there by then, or a stop is under way.
    if (event.kind === 'slept') session.dispatch({ kind: 'woke' })
  }

  return {
    handlers: kioskHandlers({
      session,
      snapshots,
      brand,
      screens,
      technician,
      support,
      incidents,
      audit,
      log,
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
    }),
    start: () =>
      startKiosk(provisioning, opening, started, {
        premises,
        session,
        screens,
        technician,
        way,
        provider,
        snapshot: snapshots.current,
        vault,
        support,
        supervision,
        clock,
        events,
        audit,
        log,
      }),
    stop: (how) =>
      stopKiosk(how, {
        followed,
        way,
        remote: started.remote,
        snapshots,
        link,
        session,
        screens,
        activation,
        provider,
        incidents,
        support,
        technician,
        audit,
      }),
  }
}
