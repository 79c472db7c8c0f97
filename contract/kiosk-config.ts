/** `kiosk.json`, the one file a kiosk is configured by. What each setting is for stands in `config-settings`. Holds no secret. */
import { z } from 'zod'
import { hostedAppSchema } from './hosted-app.ts'
import { LANGUAGES, languageSchema } from './languages.ts'
import { screenSettingsSchema } from './screen-settings.ts'
import { isLoopbackHttp } from './web-address.ts'

// What `.meta` says goes into the published JSON Schema, where an editor cannot run what `.refine` checks.

const httpsUrl = z.url({ protocol: /^https$/ })

/** Scheme, host and port as `URL.origin` writes them. */
const originUrl = z
  .string()
  .regex(/^https:\/\/[a-z0-9.-]+(:\d+)?$/, 'is not an https origin, such as "https://short.example"')
  .meta({ format: 'uri' })

const text = z.string().trim().min(1, 'is empty')
const issuer = text
  .refine((value) => httpsUrl.safeParse(value).success || isLoopbackHttp(value), { error: 'is not an https URL' })
  .meta({ format: 'uri', pattern: '^\\s*[hH][tT][tT][pP][sS]?:' })

/** Whose habits to expect; the helper keeps a profile of each. */
export const PROVIDERS = ['entra', 'okta', 'descope', 'pymthouse', 'oidc'] as const

const httpUrl = z.url({ protocol: /^https?$/ })

/** `none`, `system` or a URL. A proxy's address holds no credentials: a bundle holds no secret. */
const proxy = text
  .refine((value) => ['none', 'system'].includes(value) || httpUrl.safeParse(value).success, {
    error: 'is neither "none", "system" nor an http(s) URL',
    abort: true,
  })
  .refine((value) => !/^https?:\/\/[^/?#]*@/i.test(value), {
    error: 'carries credentials, and a bundle must hold no secret',
  })
  .meta({ examples: ['none', 'system', 'http://proxy.example.com:3128'] })

const MQTTS_URL = '^mqtts://[^/?#@\\s]+$'

/** Host and port alone: who this device is stands in its certificate. */
const brokerUrl = text
  .regex(new RegExp(MQTTS_URL), 'is not an address such as "mqtts://broker.example.com:8883"')
  .refine((value) => z.url({ protocol: /^mqtts$/ }).safeParse(value).success, {
    error: 'is not an address such as "mqtts://broker.example.com:8883"',
  })
  .meta({ format: 'uri', pattern: MQTTS_URL })

const claimValue = z.union([text, z.array(text).min(1)], { error: 'is neither a value nor a list of values' })

/** A file beside `kiosk.json`: a bundle vouches for what lies in it, not for the rest of the machine. */
const bundleFile = text
  .refine((name) => !/[/\\]|^\.\.?$/.test(name), {
    error: ({ input }) => `names a path (${input}), not a file of the bundle`,
  })
  .meta({ pattern: '^[^/\\\\]+$' })

const hexColor = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^#[0-9a-f]{6}$/, 'is not a colour such as "#0b5cad"')
  .meta({ pattern: '^\\s*#[0-9a-fA-F]{6}\\s*$' })

export const kioskConfigSchema = z.strictObject({
  $schema: text.optional(),
  version: z.literal(1),
  development: z.boolean().default(false),
  device: z.strictObject({ id: text.optional() }).default({}),
  sites: z.array(z.strictObject({ place: text, devices: z.record(text, text) })).default([]),
  brand: z.strictObject({
    name: text,
    logo: bundleFile.optional(),
    colors: z.strictObject({ primary: hexColor, accent: hexColor }).optional(),
    background: hexColor.optional(),
  }),
  languages: z
    .array(languageSchema)
    .min(1, 'lists no language')
    .refine((languages) => new Set(languages).size === languages.length, { error: 'lists a language twice' })
    .meta({ uniqueItems: true })
    .default([...LANGUAGES]),
  identity: z.strictObject({
    provider: z.enum(PROVIDERS),
    issuer,
    clientId: text,
    scopes: z
      .array(text)
      .refine((scopes) => scopes.includes('openid'), { error: 'does not ask for "openid"' })
      .default(['openid', 'profile', 'offline_access']),
    verificationOrigins: z.array(originUrl).default([]),
    tenantId: text.optional(),
  }),
  access: z
    .strictObject({
      requiredClaims: z.record(text, claimValue).default({}),
      requiredScopes: z.array(text).default([]),
      allowedScopes: z.array(text).optional(),
    })
    .prefault({}),
  /** Who may put a kiosk into service, by the first sign-in at it. Absent: anybody whom `access` admits. */
  activation: z
    .strictObject({
      /** As `access.requiredClaims`, and besides them. */
      requiredClaims: z
        .record(text, claimValue)
        .refine((claims) => Object.keys(claims).length > 0, { error: 'names no claim' }),
    })
    .optional(),
  /** Whether this device proves itself to a gateway before it makes any request. Its key lies outside the bundle. */
  attestation: z
    .strictObject({
      required: z.boolean().default(true),
      gatewayUrl: originUrl.optional(),
      recheckMinutes: z.number().min(0.25).max(1440).default(15),
    })
    .optional(),
  /** Where operations' orders come from. Absent: nobody can order anything, and nothing is connected. */
  remoteControl: z
    .strictObject({
      brokerUrl,
      sessionExpiryDays: z.int().min(1).max(30).default(14),
      startWaitSeconds: z.number().min(0).max(30).default(4),
    })
    .optional(),
  session: z
    .strictObject({
      start: z.enum(['touch', 'always']).default('touch'),
      confirmSeconds: z.int().min(5).max(600).default(60),
      maxUnattendedCodes: z.int().min(1).max(1000).default(3),
      shiftHours: z.number().positive().max(24).default(12),
      idleMinutes: z.number().min(0.25).max(1440).nullable().default(15),
      endOnScreenCrash: z.boolean().default(true),
    })
    .prefault({}),
  app: hostedAppSchema.nullable().default(null),
  vault: z
    .strictObject({
      deviceKey: z.enum(['auto', 'keychain', 'credential']).default('auto'),
      forgetAfterSeconds: z.number().min(1).max(86_400).nullable().default(30),
    })
    .prefault({}),
  screen: screenSettingsSchema.prefault({}),
  network: z
    .strictObject({
      trustedCaFiles: z.array(text).default([]),
      proxy: proxy.default('none'),
    })
    .prefault({}),
})

export type KioskConfig = z.infer<typeof kioskConfigSchema>
