/** Whether a device is in service, as screens and technicians are told. Never names the person who put it there. */
import { z } from 'zod'

/** Why no activation counts; each of them but `never` found a record, and says what is wrong with it. */
const notActiveBecauseSchema = z.enum([
  'never',
  'other-device',
  'other-tenant',
  'other-installation',
  'damaged',
  'unreadable',
])
export type NotActiveBecause = z.infer<typeof notActiveBecauseSchema>

export const deviceActivationSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('inactive'), because: notActiveBecauseSchema }),
  z.strictObject({
    kind: z.literal('active'),
    sinceEpochMs: z.number(),
    /** Of the session that did it, if this helper saw it. */
    generation: z.int().nonnegative().nullable(),
    /** False where the state folder cannot be written: the next start knows nothing of it. */
    isRecorded: z.boolean(),
  }),
])
export type DeviceActivation = z.infer<typeof deviceActivationSchema>
