/** The languages the screen speaks. Each is a catalog of this name in `renderer/languages/`. */
import { z } from 'zod'

/** BCP 47, in the order in which the screen offers them. */
export const LANGUAGES = ['en', 'de', 'fr', 'es', 'ar'] as const
export const languageSchema = z.enum(LANGUAGES)
export type Language = z.infer<typeof languageSchema>
