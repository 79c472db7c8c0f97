/** Which bundle a kiosk runs with, and what has become of the one that lies there now. Never holds a setting's value. */
import { z } from 'zod'
import { provisioningProblemSchema } from './provisioning-problem.ts'

/** A file with a thousand faults must not become a thousand lines of every snapshot. */
export const SHOWN_PROBLEMS = 8

export const bundleStatusSchema = z.strictObject({
  /** What the signature vouches for; null where no key is pinned, so that nobody signed for it. */
  signed: z.strictObject({ version: z.int().positive(), issuedAt: z.string(), keyId: z.string() }).nullable(),
  /** Why the bundle that lies there is not taken, so that an earlier one runs; empty where it is. The first few of them. */
  refused: z.array(provisioningProblemSchema).max(SHOWN_PROBLEMS),
  /** Changed settings that are taken over as soon as that disturbs nobody, by their paths in `kiosk.json`. */
  waiting: z.array(z.string()),
})
export type BundleStatus = z.infer<typeof bundleStatusSchema>
