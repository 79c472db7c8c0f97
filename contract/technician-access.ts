/** What a technician at the screen and the helper say to each other. Never carries a secret; an answer goes one way only. */
import { z } from 'zod'
import { technicianAnswerSchema, technicianChallengeSchema } from './technician-code.ts'

/** On the helper's monotonic clock, as in `KioskSnapshot.clock`. */
const monotonicMs = z.number()
const triesLeft = z.int().positive()

const lockedSchema = z.strictObject({ kind: z.literal('locked'), untilMs: monotonicMs })

/** Why this kiosk lets no technician in; the log says where, and what to do. */
const technicianUnavailableSchema = z.strictObject({
  kind: z.literal('unavailable'),
  because: z.enum(['no-secret', 'secret-unusable', 'state-unusable', 'too-many-challenges']),
})
export type TechnicianUnavailableBecause = z.infer<typeof technicianUnavailableSchema>['because']

export const technicianChallengeResultSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('challenge'),
    challenge: technicianChallengeSchema,
    expiresAtMs: monotonicMs,
    triesLeft,
  }),
  lockedSchema,
  technicianUnavailableSchema,
])
export type TechnicianChallengeResult = z.infer<typeof technicianChallengeResultSchema>

export const technicianTrySchema = z.strictObject({ answer: technicianAnswerSchema })
export type TechnicianTry = z.infer<typeof technicianTrySchema>

export const technicianTryResultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('granted'), untilMs: monotonicMs }),
  z.strictObject({ kind: z.literal('wrong'), triesLeft }),
  lockedSchema,
  /** Nothing is asked at the moment, or no longer: the answer was not looked at and costs no try. */
  z.strictObject({ kind: z.literal('expired') }),
  technicianUnavailableSchema,
])
export type TechnicianTryResult = z.infer<typeof technicianTryResultSchema>

export const technicianActSchema = z.strictObject({
  /** `leave-kiosk` ends the session and the shell for good; `restart-screen` the shell alone; `close` the access. */
  action: z.enum(['leave-kiosk', 'restart-screen', 'close']),
})
export type TechnicianAct = z.infer<typeof technicianActSchema>

/** `accepted` is false without a grant. */
export const technicianActResultSchema = z.strictObject({ accepted: z.boolean() })
export type TechnicianActResult = z.infer<typeof technicianActResultSchema>
