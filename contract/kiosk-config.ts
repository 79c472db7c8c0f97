/** `kiosk.json`, the one file a kiosk is configured by, and what to do about each fault of it. Holds no secret. */
import { z } from 'zod'
import { hostedAppSchema } from './hosted-app.ts'
import { LANGUAGES, languageSchema } from './languages.ts'
import { screenSettingsSchema } from './screen-settings.ts'
import { isLoopbackHttp } from './web-address.ts'

const httpsUrl = z.url({ protocol: /^https$/ })

/** Scheme, host and port as `URL.origin` writes them. */
const originUrl = z
  .string()
  .regex(/^https:\/\/[a-z0-9.-]+(:\d+)?$/, 'is not an https origin, such as "https://short.example"')

const text = z.string().trim().min(1, 'is empty')
const issuer = text.refine((value) => httpsUrl.safeParse(value).success || isLoopbackHttp(value), {
  error: 'is not an https URL',
})

/** Whose habits to expect; the helper keeps a profile of each. */
const providerSchema = z.enum(['entra', 'okta', 'descope', 'pymthouse', 'oidc'])

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

const claimValue = z.union([text, z.array(text).min(1)], { error: 'is neither a value nor a list of values' })

/** A file beside `kiosk.json`: a bundle vouches for what lies in it, not for the rest of the machine. */
const bundleFile = text.refine((name) => !/[/\\]|^\.\.?$/.test(name), {
  error: ({ input }) => `names a path (${input}), not a file of the bundle`,
})

const hexColor = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^#[0-9a-f]{6}$/, 'is not a colour such as "#0b5cad"')

const kioskConfigSchema = z.strictObject({
  /** Format of this file. */
  version: z.literal(1),
  /** Allows an `http:` issuer on a loopback address. */
  development: z.boolean().default(false),
  device: z
    .strictObject({
      /** Known to the provider's logs and to the fleet. Without it, the host name. */
      id: text.optional(),
    })
    .default({}),
  /** One bundle serves a whole fleet: a device finds its name and place here by its id. */
  sites: z.array(z.strictObject({ place: text, devices: z.record(text, text) })).default([]),
  brand: z.strictObject({
    name: text,
    /** An SVG or PNG file beside `kiosk.json`. Without it, the name's initial. */
    logo: bundleFile.optional(),
    /** `primary`: buttons and what matters on the ground. `accent`: the time left on the white card. */
    colors: z.strictObject({ primary: hexColor, accent: hexColor }).optional(),
    /** The tint of the ground; both themes take a calm shade of it. */
    background: hexColor.optional(),
  }),
  /** What the screen offers, the kiosk's own language first. */
  languages: z
    .array(languageSchema)
    .min(1, 'lists no language')
    .refine((languages) => new Set(languages).size === languages.length, { error: 'lists a language twice' })
    .default([...LANGUAGES]),
  identity: z.strictObject({
    provider: providerSchema,
    issuer,
    clientId: text,
    scopes: z
      .array(text)
      .default(['openid', 'profile', 'offline_access'])
      .refine((scopes) => scopes.includes('openid'), { error: 'does not ask for "openid"' }),
    /** Where the provider's device page may live besides the issuer's origin, such as "https://short.example". */
    verificationOrigins: z.array(originUrl).default([]),
    /** The ID token's `tid` must be this directory; Entra ID's shared authorities would admit any without it. */
    tenantId: text.optional(),
  }),
  /** Who of the tenant's people may use these kiosks, and with which scopes. */
  access: z
    .strictObject({
      /** The ID token must hold each claim with (one of) these values, such as `{ "groups": "reception" }`. */
      requiredClaims: z.record(text, claimValue).default({}),
      /** The access token must be granted these. */
      requiredScopes: z.array(text).default([]),
      /** The access token may be granted no others, OpenID's own aside. */
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
  session: z
    .strictObject({
      /** `touch`: a code is asked for when somebody is there. `always`: a code is always on screen. */
      start: z.enum(['touch', 'always']).default('touch'),
      confirmSeconds: z.int().min(5).max(600).default(60),
      /** How many codes may run out unused before the kiosk waits for a touch (RFC 8628 §3.5). */
      maxUnattendedCodes: z.int().min(1).max(1000).default(3),
      shiftHours: z.number().positive().max(24).default(12),
      /** Minutes without input after which a session ends; null for no such limit. */
      idleMinutes: z.number().min(0.25).max(1440).nullable().default(15),
      /** Whether a session ends when the kiosk's own screen dies: whoever stands before the next one must not inherit it. */
      endOnScreenCrash: z.boolean().default(true),
    })
    .prefault({}),
  /** The web app that runs on the screen after sign-in; null shows a calm "You are signed in" instead. */
  app: hostedAppSchema.nullable().default(null),
  vault: z
    .strictObject({
      /** Where the device key comes from. `auto`: a systemd credential, else the keychain, else there is none. */
      deviceKey: z.enum(['auto', 'keychain', 'credential']).default('auto'),
      /**
       * How long the kiosk rests after a session before the helper starts anew, so that the memory in which tokens were goes
       * back to the system; null for never.
       */
      forgetAfterSeconds: z.number().min(1).max(86_400).nullable().default(30),
    })
    .prefault({}),
  screen: screenSettingsSchema.prefault({}),
  network: z
    .strictObject({
      /** PEM files beside `kiosk.json`, trusted besides the system's. */
      trustedCaFiles: z.array(text).default([]),
      /** `none`: direct. `system`: HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the helper's environment. */
      proxy: proxy.default('none'),
    })
    .prefault({}),
})

export type KioskConfig = z.infer<typeof kioskConfigSchema>

/** What an installer does about a fault at each path of `kiosk.json`; array indexes stand as `*`. */
const REMEDIES: Readonly<Record<string, string>> = {
  '': 'Write an object with "version", "brand" and "identity".',
  version: 'Set it to 1.',
  development: 'Leave it out, or set true on a developer’s machine only.',
  'device.id': 'Set the device’s id, such as "DR-0042", or leave it out to use the host name.',
  sites: 'List sites as { "place": "Building 4", "devices": { "DR-0042": "Main lobby" } }.',
  brand: 'Add { "name": … }, the name people know.',
  'brand.logo': 'Put the SVG or PNG file beside kiosk.json and give its bare name, such as "logo.svg".',
  'brand.colors': 'Set { "primary": "#rrggbb", "accent": "#rrggbb" }, or leave it out for the kiosk’s own colours.',
  'brand.colors.primary': 'Set the main colour as "#rrggbb", such as "#0b5cad".',
  'brand.colors.accent': 'Set the second colour as "#rrggbb", such as "#e4572e".',
  'brand.background': 'Set a colour as "#rrggbb", such as "#10202c", or leave it out.',
  'brand.name': 'Set the name people know, such as "Contoso Reception".',
  languages: `List languages out of ${LANGUAGES.join(', ')}, the kiosk’s own first, or leave it out to offer them all.`,
  identity: 'Add the identity provider: "provider", "issuer" and "clientId".',
  'identity.provider': 'Set "entra", "okta", "descope", "pymthouse" or, for any other OpenID provider, "oidc".',
  'identity.issuer':
    'Set the issuer exactly as the provider’s discovery document names it, such as "https://login.example.com".',
  'identity.clientId': 'Set the client id of the public client registered for kiosks at the provider.',
  'identity.scopes': 'List scopes with "openid" among them, or leave it out.',
  'identity.verificationOrigins': 'List origins without a path, such as "https://short.example", or leave it out.',
  'identity.tenantId': 'Set the directory (tenant) id that staff belong to.',
  'access.requiredClaims': 'List claims with the values that admit a person, such as { "groups": ["reception"] }.',
  'access.requiredScopes': 'List scopes that a sign-in must be granted, or leave it out.',
  'access.allowedScopes': 'List every scope that a sign-in may be granted, or leave it out to allow any.',
  activation:
    'Set { "requiredClaims": { … } }, or leave it out: then the first person whom "access" admits activates the kiosk.',
  'activation.requiredClaims':
    'List claims with the values of those who may activate a kiosk, such as { "roles": ["kiosk-installer"] }.',
  'session.start': 'Set "touch" or "always".',
  'session.confirmSeconds': 'Set whole seconds from 5 to 600.',
  'session.maxUnattendedCodes': 'Set a whole number from 1 to 1000.',
  'session.shiftHours': 'Set hours above 0 and up to 24.',
  'session.idleMinutes': 'Set minutes from 0.25 to 1440, or null for no idle limit.',
  'session.endOnScreenCrash': 'Set true, or false to let a session live through a crash of the kiosk’s own screen.',
  app: 'Add { "url": … , "apiOrigins": [ … ] }, or leave it out to show that the person is signed in and nothing else.',
  'app.url': 'Set the https URL of the reception app’s first page, without credentials.',
  'app.apiOrigins':
    'List the origins whose requests carry the access token, without a path and in lower case, such as "https://api.example.com".',
  'app.permissions': 'List "camera", "microphone", both or neither.',
  'vault.deviceKey': 'Set "auto", "keychain" or "credential".',
  'vault.forgetAfterSeconds': 'Set seconds from 1 to 86400, or null for never.',
  screen: 'Set "display", "dimAfterSeconds" or "sleepAfterMinutes", or leave it out.',
  'screen.display': 'Set "primary", "internal", "external", or the display’s name as the operating system shows it.',
  'screen.dimAfterSeconds': 'Set whole seconds from 10 to 86400, or null to keep the screen bright.',
  'screen.sleepAfterMinutes': 'Set minutes from 0.25 to 1440, or null to keep the display on.',
  'network.proxy':
    'Set "none", "system" or the proxy’s URL without credentials, such as "http://proxy.example.com:3128".',
  'network.trustedCaFiles': 'List PEM files that lie beside kiosk.json.',
}

export type ConfigFault = { path: string; what: string; remedy: string }

function remedyFor(path: string): string {
  const known = REMEDIES[path] ?? REMEDIES[path.replace(/\.[^.]*$/, '')] ?? REMEDIES[path.split('.')[0] ?? '']
  return known ?? 'Compare with the README’s example.'
}

function faultOf(issue: z.core.$ZodIssue): ConfigFault[] {
  const path = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key].join('.'),
      what: 'is not a setting of this version',
      remedy: 'Check the spelling, or remove it.',
    }))
  }
  const what = issue.input === undefined ? 'is missing' : issue.message.replace(/^Invalid (input|option): /, '')
  return [{ path, what, remedy: remedyFor(path) }]
}

const crossingSchema = z.looseObject({
  development: z.unknown().optional(),
  identity: z.looseObject({
    provider: z.unknown().optional(),
    issuer: z.string().catch(''),
    tenantId: z.unknown().optional(),
  }),
  app: z
    .looseObject({ url: z.string().catch(''), apiOrigins: z.array(z.string().catch('')).catch([]) })
    .catch({ url: '', apiOrigins: [] }),
})

/** Rules across two settings, which speak up even while other settings are faulty. */
function crossingFaults(content: unknown): ConfigFault[] {
  const parsed = crossingSchema.safeParse(content)
  if (!parsed.success) return []
  const { development, identity, app } = parsed.data
  const addresses = [
    { path: 'identity.issuer', address: identity.issuer },
    { path: 'app.url', address: app.url },
    ...app.apiOrigins.map((address, index) => ({ path: `app.apiOrigins.${index}`, address })),
  ]
  const faults: ConfigFault[] = addresses
    .filter(({ address }) => development !== true && isLoopbackHttp(address))
    .map(({ path }) => ({
      path,
      what: 'is an http URL, which only a development bundle may use',
      remedy: 'Use https, or set "development": true on a developer’s machine.',
    }))
  if (identity.provider === 'entra' && identity.tenantId === undefined) {
    const what = 'is missing, which Entra ID needs'
    faults.push({ path: 'identity.tenantId', what, remedy: remedyFor('identity.tenantId') })
  }
  return faults
}

/**
 * Checks the parsed content of a `kiosk.json`.
 *
 * @returns the config, or every fault at once, each with its path, what is wrong and what to do
 */
export function checkKioskConfig(
  content: unknown,
): { ok: true; config: KioskConfig } | { ok: false; faults: ConfigFault[] } {
  const parsed = kioskConfigSchema.safeParse(content, { reportInput: true })
  const faults = parsed.success ? [] : parsed.error.issues.flatMap(faultOf)
  faults.push(...crossingFaults(content))
  if (!parsed.success || faults.length > 0) return { ok: false, faults }
  return { ok: true, config: parsed.data }
}
