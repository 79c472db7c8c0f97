/** What a technician may know of a running helper beyond what the screen shows. Never a token, a code or a person. */
import { z } from 'zod'

const ageMs = z.number().nullable()

export const diagnosticsSchema = z.strictObject({
  helper: z.strictObject({
    version: z.string(),
    processId: z.int(),
    uptimeSeconds: z.number(),
    memory: z.strictObject({ residentBytes: z.number(), heapUsedBytes: z.number(), externalBytes: z.number() }),
    /** Timers and other things that the event loop waits for, by Node's name for them. */
    activeResources: z.record(z.string(), z.int()),
  }),
  provider: z
    .strictObject({
      issuer: z.string(),
      /** Since discovery document and key set were fetched; null where they were not yet. */
      metadataAgeMs: ageMs,
      keySetAgeMs: ageMs,
      /** By how much the provider's clock is ahead of this machine's; 0 when too little to tell, null before any answer. */
      clockSkewMs: z.number().nullable(),
    })
    .nullable(),
  network: z.strictObject({ proxy: z.string() }).nullable(),
})
export type Diagnostics = z.infer<typeof diagnosticsSchema>
