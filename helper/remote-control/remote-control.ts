/** Puts remote control together: broker, orders, receipts, reported state. Does nothing at all where the bundle names no broker. */
import { setTimeout as wait } from 'node:timers/promises'
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import { KioskError } from '../../contract/kiosk-error.ts'
import type { RemoteControlStatus } from '../../contract/remote-control-status.ts'
import { RECEIPT_TYPE, type ReceiptPayload } from '../../contract/remote-orders.ts'
import type { ReportedState } from '../../contract/reported-state.ts'
import type { DeviceIdentity, DeviceIdentitySource } from '../attestation/device-identity.ts'
import type { KioskClock } from '../kiosk-clock.ts'
import type { Log } from '../log.ts'
import type { TrustedKey } from '../trust/public-key.ts'
import { OPERATIONS_KEYS_FILE, readTrust, trustedOwners } from '../trust/read-trust.ts'
import { type BrokerConnection, type BrokerMessage, connectToBroker } from './broker-connection.ts'
import type { OrderedKiosk } from './carry-out.ts'
import { tellTime } from './order-clock.ts'
import { type OrderRecord, openOrderDesk } from './order-desk.ts'
import { openOrderJournal } from './order-journal.ts'
import type { OrderClock } from './order-policy.ts'
import { reportState } from './report-state.ts'

/** How long the first orders wait for the provider's clock. */
const TIME_LIMIT_MS = 1_500
const TIME_LOOK_MS = 50
/** After the subscription, and after each order: a broker that has more sends it at once. */
const QUIET_MS = 300
const STOP_LIMIT_MS = 3_000

type RemoteControlOptions = {
  settings: NonNullable<KioskConfig['remoteControl']>
  identitySource: DeviceIdentitySource
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

/** Never rejects: a kiosk whose orders do not come still signs people in, and says what is wrong. */
export async function openRemoteControl(options: RemoteControlOptions): Promise<RemoteControl> {
  const { settings, identitySource, folders, kiosk, clock, providerSkewMs, describe, record, log } = options
  const { brokerUrl, sessionExpiryDays, startWaitSeconds } = settings
  const brokerHost = new URL(brokerUrl).host
  const started = Promise.withResolvers<void>()
  let status: RemoteControlStatus = { kind: 'connecting', brokerHost, sinceEpochMs: Date.now(), because: null }

  let identity: DeviceIdentity
  try {
    identity = await readIdentity(identitySource)
  } catch (error) {
    const code = error instanceof KioskError ? error.code : 'unexpected'
    log.error({ err: error, event: 'broker.refused', code }, 'no orders reach this kiosk')
    status = { kind: 'faulty', brokerHost, code }
    const nothing = async () => {}
    return { status: () => status, drain: nothing, begin: () => {}, note: () => {}, stop: nothing }
  }
  const { deviceId, validFromEpochMs } = identity
  const journal = await openOrderJournal({ stateFolder: folders.stateFolder, deviceId, log })
  /** By what is on its way. */
  const sending = new Map<ReceiptPayload, Promise<void>>()
  const timeLimitMs = clock.nowMs() + TIME_LIMIT_MS
  let connection: BrokerConnection | null = null
  let quietAtMs: number | null = null
  let isStopping = false

  async function readKeys(): Promise<readonly TrustedKey[]> {
    const trust = await readTrust(folders.trustFolder, trustedOwners(folders), OPERATIONS_KEYS_FILE)
    if (trust.kind === 'unusable') log.error({ err: trust.why }, 'no key for orders can be used')
    return trust.kind === 'pinned' ? trust.keys : []
  }

  async function readTime(floorEpochMs: number): Promise<OrderClock> {
    while (providerSkewMs() === null && clock.nowMs() < timeLimitMs) await wait(TIME_LOOK_MS)
    const floor = Math.max(floorEpochMs, validFromEpochMs)
    return tellTime({ ownEpochMs: Date.now(), providerSkewMs: providerSkewMs(), floorEpochMs: floor })
  }

  function deliver(receipt: ReceiptPayload): void {
    if (!connection || sending.has(receipt)) return
    const { sendReceipt } = connection
    const sent = identity
      .signJws(RECEIPT_TYPE, receipt)
      .then(sendReceipt)
      .then(() => journal.delivered(receipt))
      // It stays in the journal: the next connection, or the next helper, tries again.
      .catch((error: unknown) =>
        log.warn({ err: error, orderHash: receipt.orderHash }, 'a receipt is not delivered yet'),
      )
      .finally(() => sending.delete(receipt))
    sending.set(receipt, sent)
  }

  const desk = openOrderDesk({
    deviceId,
    journal,
    readKeys,
    tellTime: readTime,
    kiosk,
    started: started.promise,
    record,
    deliver,
    log,
  })
  const report = reportState({
    describe: () => describe(identity),
    send: async (state) => connection?.sendReported(state),
    log,
  })

  async function onOrder(message: BrokerMessage): Promise<void> {
    // The next helper takes it: what is not acknowledged comes again.
    if (isStopping) throw new KioskError('link-closed', 'the helper stops')
    quietAtMs = null
    try {
      await desk.take(message)
    } finally {
      quietAtMs = clock.nowMs() + QUIET_MS
    }
    report.note()
  }

  async function freshIdentity(): Promise<DeviceIdentity> {
    identity = await readIdentity(identitySource)
    return identity
  }

  async function connect(): Promise<void> {
    connection = await connectToBroker(
      { brokerUrl, sessionExpiryDays, identity: freshIdentity, random: clock.random, log },
      {
        onOrder,
        onConnected() {
          log.info({ event: 'broker.connected', brokerHost }, 'orders reach this kiosk')
          status = { kind: 'connected', brokerHost, sinceEpochMs: Date.now() }
          quietAtMs ??= clock.nowMs() + QUIET_MS
          report.renew()
          for (const receipt of journal.receipts()) deliver(receipt)
        },
        onDisconnected(why) {
          const because = describeFault(why)
          const isNews = status.kind !== 'connecting' || status.because !== because
          if (isNews)
            log.warn({ err: why, event: 'broker.lost', brokerHost }, 'no connection: the broker is tried again')
          const sinceEpochMs = status.kind === 'connecting' ? status.sinceEpochMs : Date.now()
          status = { kind: 'connecting', brokerHost, sinceEpochMs, because }
        },
      },
    )
  }

  const isQuiet = () => quietAtMs !== null && clock.nowMs() >= quietAtMs

  return {
    status: () => status,
    async drain() {
      await desk.payOwed()
      const limitMs = clock.nowMs() + startWaitSeconds * 1000
      await connect()
      while (!isQuiet() && clock.nowMs() < limitMs) await wait(TIME_LOOK_MS)
      if (!isQuiet())
        log.warn({ brokerHost }, 'the broker did not answer in time: the kiosk starts, and orders come later')
    },
    begin: () => started.resolve(),
    note: () => report.note(),
    async stop(how) {
      isStopping = true
      report.stop()
      const limit = wait(STOP_LIMIT_MS, undefined, { ref: false })
      await Promise.race([desk.settled(how).then(() => Promise.all(sending.values())), limit])
      await connection?.close(how)
      await journal.close()
    },
  }
}

/** A system's or TLS's own code, where there is one; its words may be anything. */
function describeFault(why: Error | null): string | null {
  if (why === null) return null
  const { code } = why as NodeJS.ErrnoException
  return String(code ?? why.message)
    .replace(/[^ -~]/g, '?')
    .slice(0, 120)
}
