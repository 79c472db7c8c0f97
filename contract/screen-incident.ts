/** What may happen to a kiosk's screen, as the shell records it. Never a token, a code or a person. */
import { z } from 'zod'

const screenIncidentKindSchema = z.enum([
  /** The page's process ended. */
  'renderer-gone',
  /** The page drew no frame any more. */
  'frozen',
  /** The page was loaded and drew nothing. */
  'blank',
  'gpu-gone',
  'display-changed',
])
export type ScreenIncidentKind = z.infer<typeof screenIncidentKindSchema>

export const INCIDENT_REASON_LIMIT = 200

export const screenIncidentSchema = z.strictObject({
  kind: screenIncidentKindSchema,
  /** Printable ASCII: it goes into logs and onto terminals. */
  reason: z.string().regex(new RegExp(`^[ -~]{1,${INCIDENT_REASON_LIMIT}}$`)),
  atEpochMs: z.number(),
  /** How long until the screen was right again; null where it never was wrong, or is not right yet. */
  recoveredAfterMs: z.number().nonnegative().nullable(),
})
export type ScreenIncident = z.infer<typeof screenIncidentSchema>
