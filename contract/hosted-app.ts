/** The reception app that the shell hosts after sign-in: where it lives and what it may use. Holds no secret. */
import { z } from 'zod'
import { safeOriginSchema, safeUrlSchema } from './web-address.ts'

export const hostedAppSchema = z.strictObject({
  /** The first page. The app's main frame never leaves this URL's origin. */
  url: safeUrlSchema,
  /** The only origins that requests of the app carry the person's access token to. */
  apiOrigins: z.array(safeOriginSchema).default([]),
  permissions: z.array(z.enum(['camera', 'microphone'])).default([]),
})
export type HostedApp = z.infer<typeof hostedAppSchema>
