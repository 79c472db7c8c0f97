/** An order desk on a disk that can hold writes back, fail and lose its helper at any moment, for its tests. */
import { setTimeout as wait } from 'node:timers/promises'
import { CompactSign, generateKeyPair } from 'jose'
import pino from 'pino'
import {
  ORDER_MESSAGE_EXPIRY_SECONDS,
  ORDER_TYPE,
  type OrderName,
  type OrderPayload,
  type ReceiptPayload,
} from '../../contract/remote-orders.ts'
import type { TrustedKey } from '../trust/public-key.ts'
import type { BrokerMessage } from './broker-connection.ts'
import type { OrderedKiosk } from './carry-out.ts'
import { type Journal, journalSchema } from './journal-changes.ts'
import type { JournalFile } from './journal-file.ts'
import { openOrderDesk } from './order-desk.ts'
import { keepOrderJournal } from './order-journal.ts'
import type { OrderClock } from './order-policy.ts'
import type { OrderRecord } from './order-work.ts'

const DEVICE = 'DR-0042'
export const NOW = 1_800_000_000

const { privateKey, publicKey } = await generateKeyPair('EdDSA')
const KEYS: readonly TrustedKey[] = [{ keyId: 'operations', algorithm: 'EdDSA', key: publicKey }]

/** Lets everything go on that waits for nothing but this process. */
export const pump = (): Promise<void> => wait(3)

export async function signedOrder(name: string, order: OrderName, changes: Partial<OrderPayload> = {}) {
  const jti = name.padEnd(22, '_')
  const payload: OrderPayload = { aud: DEVICE, jti, iat: NOW, exp: NOW + 3_600, order, ...changes }
  const header = { typ: ORDER_TYPE, alg: 'EdDSA', kid: 'operations' }
  const jws = await new CompactSign(Buffer.from(JSON.stringify(payload))).setProtectedHeader(header).sign(privateKey)
  return { jti, payload, message: { payload: Buffer.from(jws), isRedelivered: false, leftSeconds: undefined } }
}

export const redelivered = (message: BrokerMessage): BrokerMessage => ({ ...message, isRedelivered: true })
export const keptFor = (message: BrokerMessage, seconds: number): BrokerMessage => ({
  ...message,
  leftSeconds: ORDER_MESSAGE_EXPIRY_SECONDS - seconds,
})

type Write = { content: Journal; end: PromiseWithResolvers<void> }

/** What is written takes effect when `next` says so, or at once while it `isFree`. */
export function openDisk() {
  let content: Journal | undefined
  const writes: Write[] = []
  let cuts = 0
  const disk = {
    isFree: true,
    isReadable: true,
    content: () => content,
    waiting: () => writes.length,
    file: (cutsBefore = cuts): JournalFile => ({
      async read() {
        if (!disk.isReadable) throw new Error('EIO')
        return content && structuredClone(content)
      },
      async write(next) {
        // A helper that is gone writes nothing.
        if (cuts > cutsBefore) await new Promise(() => {})
        const write = { content: structuredClone(journalSchema.parse(next)), end: Promise.withResolvers<void>() }
        writes.push(write)
        if (disk.isFree) disk.next('kept')
        await write.end.promise
      },
      keepAside: async () => {},
    }),
    next(how: 'kept' | 'failed') {
      const write = writes.shift()
      if (how === 'kept' && write) {
        ;({ content } = write)
        write.end.resolve()
      } else write?.end.reject(new Error('ENOSPC'))
    },
    /** The power goes: a write that was under way is there, or not; nobody hears which. */
    cut(isThere: boolean) {
      cuts += 1
      const [first] = writes.splice(0)
      if (first && isThere) ({ content } = first)
    },
  }
  return disk
}
export type Disk = ReturnType<typeof openDisk>

/** One life of a helper on that disk. */
export async function openLife(
  disk: Disk,
  options: {
    kiosk?: Partial<OrderedKiosk>
    clock?: OrderClock
    started?: Promise<unknown>
    retryMs?: number
    isStopping?: () => boolean
  } = {},
) {
  const log = pino({ enabled: false })
  const receipts: ReceiptPayload[] = []
  const records: OrderRecord[] = []
  const calls: string[] = []
  const clock = { now: options.clock ?? { kind: 'provider' as const, nowEpochMs: NOW * 1000 + 5_000 } }
  const journal = await keepOrderJournal({ file: disk.file(), deviceId: DEVICE, log, retryMs: options.retryMs ?? 1 })
  const note = (name: string) => async () => void calls.push(name)
  const kiosk: OrderedKiosk = {
    kind: () => 'attract',
    troubleCode: () => null,
    revoke: note('revoke'),
    canRevokeAtProvider: () => true,
    restartSignIn: () => {},
    codeGeneration: () => null,
    wipe: async () => Boolean(calls.push('wipe')),
    renew: async () => 'renewed',
    lookAtBundle: async () => null,
    bundleMark: () => '',
    diagnosticsText: () => String(calls.push('diagnostics') && 'Kiosk'),
    ...options.kiosk,
  }
  const desk = openOrderDesk({
    deviceId: DEVICE,
    journal,
    readKeys: async () => KEYS,
    tellTime: async (floorEpochMs) =>
      clock.now.kind === 'provider'
        ? clock.now
        : { ...clock.now, nowEpochMs: Math.max(clock.now.nowEpochMs, floorEpochMs) },
    kiosk,
    started: options.started ?? Promise.resolve(),
    record: async (record) => void records.push(record),
    deliver: (receipt) => void receipts.push(receipt),
    isStopping: options.isStopping ?? (() => false),
    log,
  })
  return { desk, journal, clock, receipts, records, calls }
}
