/** Makes a code answer readable where a provider is a little careless with its numbers. Never invents a lifetime. */
import { z } from 'zod'

/** RFC 8628 §3.2 wants JSON numbers; some providers send them as strings. */
const seconds = z.preprocess(
  (value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value),
  z.number(),
)

const answerSchema = z.looseObject({
  expires_in: seconds.optional(),
  // An interval that is none leaves the default of five seconds, RFC 8628 §3.2.
  interval: seconds.pipe(z.number().positive()).optional().catch(undefined),
})

/** @returns the answer with numbers in place of numeric strings, or as it was where it is no such answer */
export function tolerateDeviceAnswer(text: string): string {
  try {
    return JSON.stringify(answerSchema.parse(JSON.parse(text)))
  } catch {
    return text
  }
}
