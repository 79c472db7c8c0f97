/** Reads what the broker passes on from kiosks, by the contract's schemas. Believes no kiosk that speaks for another. */
import { readTopic } from '../../contract/remote-orders.ts'
import {
  PRESENCE_SIZE_LIMIT_BYTES,
  type Presence,
  presenceSchema,
  REPORTED_SIZE_LIMIT_BYTES,
  type ReportedState,
  reportedStateSchema,
} from '../../contract/reported-state.ts'

export type FleetMessage =
  | { kind: 'reported'; deviceId: string; state: ReportedState }
  | { kind: 'presence'; deviceId: string; presence: Presence }
  /** Still to be checked: `checkReceipt`. */
  | { kind: 'receipt'; deviceId: string; jws: Uint8Array }
  /** Something on a kiosk's topic that is not what belongs there. */
  | { kind: 'unreadable'; deviceId: string; topic: 'reported' | 'presence' }

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    // The schema says that it is nothing of ours.
    return undefined
  }
}

/** @returns null for what is none of a kiosk's, and for a retained message that somebody has taken back */
export function readMessage(topic: string, bytes: Uint8Array): FleetMessage | null {
  const { deviceId, kind } = readTopic(topic) ?? {}
  if (deviceId === undefined || bytes.length === 0) return null
  if (kind === 'receipts') return { kind: 'receipt', deviceId, jws: bytes }
  if (kind === 'reported') {
    const content = bytes.length > REPORTED_SIZE_LIMIT_BYTES ? undefined : parseJson(bytes)
    const { data } = reportedStateSchema.safeParse(content)
    if (data?.deviceId === deviceId) return { kind: 'reported', deviceId, state: data }
    return { kind: 'unreadable', deviceId, topic: kind }
  }
  if (kind === 'presence') {
    const content = bytes.length > PRESENCE_SIZE_LIMIT_BYTES ? undefined : parseJson(bytes)
    const { data } = presenceSchema.safeParse(content)
    if (data?.deviceId === deviceId) return { kind: 'presence', deviceId, presence: data }
    return { kind: 'unreadable', deviceId, topic: kind }
  }
  return null
}
