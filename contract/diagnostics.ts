/** What a technician may know of a running helper beyond what the screen shows. Never a token, a code or a person. */
import { z } from 'zod'
import { deviceActivationSchema } from './activation.ts'
import { brandSchema } from './brand.ts'
import { bundleStatusSchema } from './bundle-status.ts'
import { deviceStandingSchema } from './device-standing.ts'
import { remoteControlStatusSchema } from './remote-control-status.ts'
import { screenIncidentSchema } from './screen-incident.ts'

const ageMs = z.number().nullable()

/** What works, and hardly is what whoever wrote the bundle wanted. */
const configNoticeSchema = z.strictObject({ where: z.string(), what: z.string(), remedy: z.string() })
export type ConfigNotice = z.infer<typeof configNoticeSchema>

export const diagnosticsSchema = z.strictObject({
  helper: z.strictObject({
    version: z.string(),
    processId: z.int(),
    uptimeSeconds: z.number(),
    memory: z.strictObject({ residentBytes: z.number(), heapUsedBytes: z.number(), externalBytes: z.number() }),
    /** Timers and other things that the event loop waits for, by Node's name for them. */
    activeResources: z.record(z.string(), z.int()),
  }),
  /** Null while there is no bundle. */
  activation: deviceActivationSchema.nullable(),
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
  remoteControl: remoteControlStatusSchema,
  /** Its certificate, and what the gateway says of it. */
  standing: deviceStandingSchema,
  /** Null while the kiosk is not provisioned. */
  vault: z
    .strictObject({
      kind: z.enum(['tmpfs', 'ramfs', 'memory']),
      deviceKey: z.enum(['keychain', 'credential', 'none']),
      /** Why there is no device key; null where there is one. */
      noDeviceKeyBecause: z.string().nullable(),
      /** Without a keychain that can be written, a planned restart ends the session. */
      plannedRestart: z.enum(['keeps-session', 'ends-session']),
      /** An order to destroy the vault could not be carried out in full; each start tries again. */
      destroyPending: z.boolean(),
      /** Null where there is no memory file system to look at (Windows, macOS). */
      memory: z
        .strictObject({
          fileSystem: z.enum(['tmpfs', 'ramfs']),
          noswap: z.boolean(),
          swap: z.enum(['none', 'encrypted', 'unencrypted']),
          processSwap: z.enum(['never', 'possible']),
          hibernation: z.enum(['off', 'possible']),
        })
        .nullable(),
      /** What a development bundle is started with and a production bundle would not be. */
      tolerated: z.array(z.string()),
    })
    .nullable(),
  process: z.strictObject({
    coreDumps: z.enum(['off', 'on', 'unknown']),
    inspector: z.enum(['off', 'on']),
    /** Whether other processes of the helper's account may read its memory. */
    dumpable: z.enum(['no', 'yes', 'unknown']),
  }),
  /** Null while there is no bundle. */
  device: z
    .strictObject({
      id: z.string(),
      source: z.enum(['certificate', 'bundle', 'host-name']),
      notices: z.array(configNoticeSchema),
    })
    .nullable(),
  /** Which bundle runs, and why another does not; null while there is none. */
  bundle: bundleStatusSchema.nullable(),
  /** As the screen is told of it. */
  brand: brandSchema,
  network: z.strictObject({ proxy: z.string() }).nullable(),
  /** What happened to the screen since the helper started, the newest last; the oldest are dropped. */
  screenIncidents: z.array(screenIncidentSchema),
})
export type Diagnostics = z.infer<typeof diagnosticsSchema>
