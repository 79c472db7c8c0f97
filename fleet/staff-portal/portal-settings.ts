/** What the portal is told before it starts. Secrets come from files that are named; never from a word or the environment. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/

const fileSchema = z
  .strictObject({ file: z.string() })
  .transform(async ({ file }) => (await readFile(file, 'utf8')).trim())
const httpsUrl = z.url({ protocol: /^https$/, error: 'takes an https address' })
const clientSchema = z.strictObject({
  issuer: httpsUrl,
  clientId: z.string().min(1),
  clientSecret: fileSchema.pipe(z.string().min(16, 'the file holds fewer than 16 characters')),
})
/** An address without a path, exactly as browsers name it: forms and cookies are held to it. */
const originSchema = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { origin, protocol, hostname } = new URL(text)
  return text === origin && (protocol === 'https:' || LOOPBACK.test(hostname))
}, 'takes https://HOST and no path; http only with localhost, 127.0.0.1 or [::1], for development')

const httpsOriginSchema = httpsUrl.refine((text) => text === new URL(text).origin, 'takes https://HOST and no path')

const AT_ISSUER = 'must lie at the origin of the issuer'
const isSameOrigin = (one: string, other: string) => new URL(one).origin === new URL(other).origin

const kioskProviderSchema = clientSchema
  .extend({
    devicePage: httpsUrl,
    deviceResource: z.string().default('urn:pmth:device_code:'),
    scope: z.enum(['device:approve', 'users:token']).default('device:approve'),
    /** Where it makes a token of its own for a person, `{user}` in the address; null where it takes the company's ID token. */
    userTokenEndpoint: httpsUrl.includes('{user}').nullable().default(null),
  })
  .refine(({ issuer, devicePage }) => isSameOrigin(issuer, devicePage), { path: ['devicePage'], error: AT_ISSUER })
  .refine(({ issuer, userTokenEndpoint }) => isSameOrigin(issuer, userTokenEndpoint ?? issuer), {
    path: ['userTokenEndpoint'],
    error: AT_ISSUER,
  })

const allSettingsSchema = z.strictObject({
  origin: originSchema,
  port: z.int().min(1).max(65535),
  /** Without them it listens on this machine alone, for a proxy that ends TLS. */
  tls: z.strictObject({ cert: fileSchema, key: fileSchema }).nullable().default(null),
  brand: z.string().min(1).max(60),
  /** Where the kiosk gets its codes. */
  kioskProvider: kioskProviderSchema,
  /** Where staff sign in; `origins` are those through which its sign-in redirects besides its own. */
  company: clientSchema.extend({
    scope: z.string().default('openid profile email'),
    origins: z.array(httpsOriginSchema).default([]),
  }),
  answerLimitSeconds: z.int().min(1).max(50).default(20),
})
export const portalSettingsSchema = allSettingsSchema.refine(({ origin, tls }) => !tls || origin.startsWith('https:'), {
  path: ['tls'],
  error: 'goes with an https origin only: browsers would be sent to http',
})
export type PortalSettings = z.output<typeof portalSettingsSchema>
