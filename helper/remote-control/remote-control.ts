/** Puts remote control together: broker, orders, receipts, reported state. Does nothing at all where the bundle names no broker. */
import { setTimeout as wait } from 'node:timers/promises'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { KioskError, type KioskErrorCode } from '../../contract/kiosk-error.ts'
import type { RemoteControlStatus } from '../../contract/remote-control-status.ts'
import type { ReportedState } from '../../contract/reported-state.ts'
import type { DeviceIdentity, DeviceIdentitySource } from '../attestation/device-identity.ts'
import { type FollowedDevice, followDevice } from '../attestation/follow-device.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import type { Log } from '../log.ts'
import { OPERATIONS_KEYS_FILE, readTrust, trustedOwners } from '../trust/read-trust.ts'
import { type BrokerConnection, type BrokerMessage, connectToBroker } from './broker-connection.ts'
import type { OrderedKiosk } from './carry-out.ts'
import { followConnection } from './connection-status.ts'
import { tellTime } from './order-clock.ts'
import { type OrderRecord, openOrderDesk } from './order-desk.ts'
import { openOrderJournal } from './order-journal.ts'
import { openOrderKeys } from './order-keys.ts'
import type { OrderClock } from './order-policy.ts'
import { openReceiptDelivery } from './receipt-delivery.ts'
import { reportState } from './report-state.ts'
import { openStartBarrier } from './start-barrier.ts'

/** How long the first orders wait for the provider's clock. */
const TIME_LIMIT_MS = 1_500
const LOOK_MS = 50
/** How long a file of keys may be gone while another one takes its place. */
const REPLACE_LIMIT_MS = 500
/** A plain stop has less than two seconds in all, of which the last words take one. */
const STOP_LIMITS_MS = { planned: 3_000, plain: 500 }

type RemoteControlOptions = {
  settings: NonNullable<KioskConfig['remoteControl']>
  identitySource: DeviceIdentitySource
  /** Whoever follows this device's certificate already; null where nobody does. */
  followed: FollowedDevice | null
  folders: { stateFolder: string; trustFolder: string; isPackaged: boolean }
  kiosk: OrderedKiosk
  clock: KioskClock
  /** By `Date` of an answer over TLS; null before any. */
  providerSkewMs: () => number | null
  describe: (identity: DeviceIdentity) => Promise<ReportedState>
  record: (record: OrderRecord) => Promise<unknown>
  log: Log
}

export type RemoteControl = {
  status(): RemoteControlStatus
  /** Drains what the broker has kept, for a limited time: an order comes before any sign-in. */
  drain(): Promise<void>
  /** The session has begun: what needs one may go on. */
  begin(): void
  /** What is reported may have changed. */
  note(): void
  stop(how: { planned: boolean }): Promise<void>
}

async function readIdentity(source: DeviceIdentitySource): Promise<DeviceIdentity> {
  const found = await source.read()
  if (found.kind === 'present') return found.identity
  const [fault] = found.kind === 'faulty' ? found.faults : []
  throw fault
    ? new KioskError(fault.code, `${fault.where}: ${fault.what}`)
    : new KioskError('device-certificate-missing', 'remote control needs a device certificate, and there is none')
}

/** @returns what remote control is where no connection can be tried */
function faultyRemote(brokerHost: string, code: KioskErrorCode): RemoteControl {
  const nothing = async () => {}
  const status: RemoteControlStatus = { kind: 'faulty', brokerHost, code }
  return { status: () => status, drain: nothing, begin: () => {}, note: () => {}, stop: nothing }
}

/** Never rejects: a kiosk whose orders do not come still signs people in, and says what is wrong. */
export async function openRemoteControl(options: RemoteControlOptions): Promise<RemoteControl> {
  const { settings, identitySource, log } = options
  const brokerHost = new URL(settings.brokerUrl).host
  try {
    if (options.followed) return await openWithDevice(options.followed, options)
    const started = await readIdentity(identitySource)
    const own = followDevice({ source: identitySource, started, onChange: () => {}, log })
    const remote = await openWithDevice(own, options)
    return {
      ...remote,
      async stop(how) {
        own.stop()
        await remote.stop(how)
      },
    }
  } catch (error) {
    const code = error instanceof KioskError ? error.code : 'unexpected'
    log.error({ err: error, event: 'broker.refused', code }, 'no orders reach this kiosk')
    return faultyRemote(brokerHost, code)
  }
}

/** @param notBeforeEpochMs the truth is no earlier, whatever an order says */
function openOrderTime(
  { clock, providerSkewMs }: Pick<RemoteControlOptions, 'clock' | 'providerSkewMs'>,
  notBeforeEpochMs: () => number,
): (floorEpochMs: number) => Promise<OrderClock> {
  const limitMs = clock.nowMs() + TIME_LIMIT_MS
  return async (floorEpochMs) => {
    // No stop ends it sooner: an order would be judged by a poorer clock, and it is over in a moment.
    while (providerSkewMs() === null && clock.nowMs() < limitMs) await wait(LOOK_MS)
    const floor = Math.max(floorEpochMs, notBeforeEpochMs())
    return tellTime({ ownEpochMs: Date.now(), providerSkewMs: providerSkewMs(), floorEpochMs: floor })
  }
}

async function openWithDevice(device: FollowedDevice, options: RemoteControlOptions): Promise<RemoteControl> {
  const { settings, folders, kiosk, clock, describe, record, log } = options
  const { brokerUrl, sessionExpiryDays, startWaitSeconds } = settings
  const brokerHost = new URL(brokerUrl).host
  const { deviceId } = device.identity()
  const started = Promise.withResolvers<void>()
  const stopping = new AbortController()
  const journal = await openOrderJournal({ stateFolder: folders.stateFolder, deviceId, log })
  const standing = followConnection(brokerHost, log)
  let connection: BrokerConnection | null = null

  /** A stop ends it sooner; whoever waits looks again. */
  const pause = (delayMs: number) =>
    clock.wait(delayMs, stopping.signal).catch(() => {
      // What comes next is that of the next helper.
    })

  const barrier = openStartBarrier({ nowMs: clock.nowMs, pause, isStopping: () => stopping.signal.aborted })

  const receipts = openReceiptDelivery({
    identity: device.identity,
    send: () => (connection?.isConnected() ? connection.sendReceipt : null),
    delivered: journal.delivered,
    log,
  })
  const desk = openOrderDesk({
    deviceId,
    journal,
    readKeys: openOrderKeys({
      read: () => readTrust(folders.trustFolder, trustedOwners(folders), OPERATIONS_KEYS_FILE),
      pause: () => pause(REPLACE_LIMIT_MS),
      log,
    }),
    tellTime: openOrderTime(options, () => device.identity().validFromEpochMs),
    kiosk,
    started: started.promise,
    record,
    deliver: receipts.deliver,
    isStopping: () => stopping.signal.aborted,
    log,
  })
  const report = reportState({
    describe: () => describe(device.identity()),
    send: async (state) => connection?.sendReported(state),
    log,
  })

  async function onOrder(message: BrokerMessage): Promise<'taken' | 'left'> {
    // The next helper takes it: what is not acknowledged comes again.
    if (stopping.signal.aborted) return 'left'
    await barrier.during(() => desk.take(message))
    report.note()
    return 'taken'
  }

  function connect(): BrokerConnection {
    return connectToBroker(
      { brokerUrl, sessionExpiryDays, identity: device.identity, random: clock.random, log },
      {
        onOrder,
        onConnected() {
          standing.connected()
          barrier.subscribed()
          report.renew()
          for (const receipt of journal.receipts()) receipts.deliver(receipt)
        },
        onDisconnected: standing.lost,
      },
    )
  }

  device.onRenewed(() => {
    connection?.renew()
    report.note()
  })
  return {
    status: standing.status,
    async drain() {
      const paid = desk.payOwed()
      connection = connect()
      if (!(await barrier.wait(startWaitSeconds * 1000)))
        log.warn({ brokerHost }, 'the broker did not answer in time: the kiosk starts, and orders come later')
      await paid
    },
    begin: () => started.resolve(),
    note: () => report.note(),
    async stop(how) {
      stopping.abort()
      report.stop()
      const limitMs = how.planned ? STOP_LIMITS_MS.planned : STOP_LIMITS_MS.plain
      // Without a connection nothing leaves: a receipt waits in the journal.
      const settled = desk.settled(how).then(() => (connection?.isConnected() ? receipts.settled() : undefined))
      await Promise.race([settled, wait(limitMs, undefined, { ref: false })])
      await connection?.close(how)
      await journal.close()
    },
  }
}
