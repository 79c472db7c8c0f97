/** How a kiosk treats its display: which one, when to dim it, when to let it sleep. */
import { z } from 'zod'

export const screenSettingsSchema = z.strictObject({
  /** `primary`, `internal` (built in), `external`, or the label that the operating system gives a display. */
  display: z.string().trim().min(1, 'is empty').default('primary'),
  /** Seconds without input after which a screen that nobody needs is dimmed; null for never. */
  dimAfterSeconds: z.int().min(10).max(86_400).nullable().default(180),
  /** Minutes without input after which the operating system may turn the display off; null for never. */
  sleepAfterMinutes: z.number().min(0.25).max(1440).nullable().default(null),
})
export type ScreenSettings = z.infer<typeof screenSettingsSchema>

/** Until a bundle says otherwise. */
export const DEFAULT_SCREEN_SETTINGS: ScreenSettings = screenSettingsSchema.parse({})
