/** One fault that an installer has to mend. Never quotes a secret. */
import { z } from 'zod'
import { provisioningCodeSchema } from './kiosk-error.ts'

export const provisioningProblemSchema = z.strictObject({
  code: provisioningCodeSchema,
  /** Where: a file and the path in it (`kiosk.json › identity.issuer`), a folder, or an environment variable. */
  where: z.string(),
  what: z.string(),
  remedy: z.string(),
})
