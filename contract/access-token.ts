/** How the shell asks for the access token that the hosted app's requests carry. Never part of a snapshot or of a view. */
import { z } from 'zod'

export const accessTokenRequestSchema = z.strictObject({
  /** Of the session on the screen: a token of another one is never answered. */
  generation: z.int().nonnegative(),
  /** Of a token that the API has just refused; the helper then renews it once, if it is still the current one. */
  rejectedSerial: z.int().nullable(),
})
export type AccessTokenRequest = z.infer<typeof accessTokenRequestSchema>

export const accessTokenAnswerSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('token'),
    accessToken: z.string().min(1),
    /** Another number for every token; it means nothing to the helper after this one. */
    serial: z.int(),
    /** On the helper's monotonic clock, as in `KioskSnapshot.clock`. */
    expiresAtMs: z.number(),
  }),
  z.strictObject({ kind: z.literal('none'), reason: z.enum(['not-signed-in', 'expired', 'unreadable']) }),
])
export type AccessTokenAnswer = z.infer<typeof accessTokenAnswerSchema>
