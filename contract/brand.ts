/** Whose kiosk the screen says this is: name, logo, and colours that are ready to be used. Never carries a logo's bytes. */
import { z } from 'zod'
import { LOGO_PART_BYTES } from './logo-limits.ts'
import { PALETTE_TOKENS } from './theme-colors.ts'

const hexColor = z.string().regex(/^#[0-9a-f]{6}$/)

/** What is missing stays as the theme has it. */
const themePaletteSchema = z.partialRecord(z.enum(PALETTE_TOKENS), hexColor)
export type ThemePalette = z.infer<typeof themePaletteSchema>

const brandPaletteSchema = z.strictObject({ dark: themePaletteSchema, light: themePaletteSchema })
export type BrandPalette = z.infer<typeof brandPaletteSchema>

/** By the bytes of the file, whatever its name says. */
const logoTypeSchema = z.enum(['svg', 'png'])
export type LogoType = z.infer<typeof logoTypeSchema>

const logoIdSchema = z.string().regex(/^[0-9a-f]{64}$/)

const logoReferenceSchema = z.strictObject({ type: logoTypeSchema, sha256: logoIdSchema })
export type LogoReference = z.infer<typeof logoReferenceSchema>

/** What an installer should know of a brand that is shown otherwise than the bundle asks for; it keeps nobody from signing in. */
const brandNoticeSchema = z.strictObject({ where: z.string(), what: z.string(), remedy: z.string() })
export type BrandNotice = z.infer<typeof brandNoticeSchema>

export const brandSchema = z.strictObject({
  name: z.string(),
  /** Null where the bundle names none, or one that cannot be shown: the name's initial stands in its place. */
  logo: logoReferenceSchema.nullable(),
  /** Null where the bundle names no colour. */
  palette: brandPaletteSchema.nullable(),
  notices: z.array(brandNoticeSchema),
})
export type Brand = z.infer<typeof brandSchema>

/** A brand of which nothing is known but its name. */
export function plainBrand(name: string): Brand {
  return { name, logo: null, palette: null, notices: [] }
}

/** Asks for the bytes of a logo from `offset` on. */
export const logoRequestSchema = z.strictObject({ sha256: logoIdSchema, offset: z.int().nonnegative() })
export type LogoRequest = z.infer<typeof logoRequestSchema>

/** `gone`: the bundle has another logo by now, or none. */
export const logoPartSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('part'),
    bytes: z.base64().max(Math.ceil(LOGO_PART_BYTES / 3) * 4),
    /** Null after the last part. */
    nextOffset: z.int().positive().nullable(),
  }),
  z.strictObject({ kind: z.literal('gone') }),
])
export type LogoPart = z.infer<typeof logoPartSchema>
