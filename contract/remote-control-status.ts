/** Whether orders reach a kiosk, as its technicians are told. Never holds an order. */
import { z } from 'zod'
import { kioskErrorCodeSchema } from './kiosk-error.ts'

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
