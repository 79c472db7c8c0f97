/** Whether orders reach a kiosk, as its technicians are told. Never holds an order. */
import { z } from 'zod'
import { assertNever, kioskErrorCodeSchema } from './kiosk-error.ts'

const brokerHost = z.string()
const sinceEpochMs = z.number()

export const remoteControlStatusSchema = z.discriminatedUnion('kind', [
  /** The bundle names no broker: nobody can order anything. */
  z.strictObject({ kind: z.literal('not-configured') }),
  /** No connection can be tried, for want of a device certificate. */
  z.strictObject({ kind: z.literal('faulty'), brokerHost, code: kioskErrorCodeSchema }),
  z.strictObject({
    kind: z.literal('connecting'),
    brokerHost,
    sinceEpochMs,
    /** What the last try ended with, such as `ECONNREFUSED`; null before the first. */
    because: z.string().max(120).nullable(),
  }),
  z.strictObject({ kind: z.literal('connected'), brokerHost, sinceEpochMs }),
])
export type RemoteControlStatus = z.infer<typeof remoteControlStatusSchema>

/** @returns null where nothing is configured */
export function remoteControlText(status: RemoteControlStatus): string | null {
  switch (status.kind) {
    case 'not-configured':
      return null
    case 'faulty':
      return `${status.brokerHost}: ${status.code}`
    case 'connecting':
      return `${status.brokerHost}: ${status.because ?? 'connecting'}`
    case 'connected':
      return status.brokerHost
    default:
      return assertNever(status)
  }
}
