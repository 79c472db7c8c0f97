/** Checks what was read from a `kiosk.json`. Names every fault at once, each with its path and what to do; quotes no value. */
import { z } from 'zod'
import { SETTINGS, wordsFor } from './config-settings.ts'
import { entraFaults, issuerFaults } from './identity-faults.ts'
import { type KioskConfig, kioskConfigSchema } from './kiosk-config.ts'
import { isLoopbackHttp } from './web-address.ts'

export type ConfigFault = { path: string; what: string; remedy: string }

/** What people put into a configuration because other clients want it. */
const SECRET_NAME = /secret|passw|private_?key|api_?key|token$/i

/** Of one section, or of the whole file. */
function settingsOf(section: string): string[] {
  const start = section === '' ? '' : `${section}.`
  const names = Object.keys(SETTINGS).filter((path) => path.startsWith(start))
  return names.map((path) => path.slice(start.length)).filter((name) => !name.includes('.') && name !== '$schema')
}

/** Where a setting belongs that stands in the wrong place, or is written in other letters. */
function rightPlaceOf(key: string): string | undefined {
  const plain = key.toLowerCase().replace(/[_-]/g, '')
  return Object.keys(SETTINGS).find((path) => path.slice(path.lastIndexOf('.') + 1).toLowerCase() === plain)
}

function unknownSetting(path: readonly PropertyKey[], key: string): ConfigFault {
  const section = path.map((part) => (typeof part === 'number' ? '*' : String(part))).join('.')
  const what = 'is not a setting of this version'
  const at = [...path, key].join('.')
  if (SECRET_NAME.test(key)) {
    return { path: at, what, remedy: 'Remove it: kiosks are public clients, and a bundle holds no secret.' }
  }
  const place = rightPlaceOf(key)
  if (place !== undefined) return { path: at, what, remedy: `Write it as ${place}, or remove it.` }
  const known = settingsOf(section)
  const list = known.length > 0 ? ` ${section === '' ? 'kiosk.json' : section} knows ${known.join(', ')}.` : ''
  return { path: at, what, remedy: `Check the spelling, or remove it.${list}` }
}

/** In words that follow a setting's name. */
function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.input === undefined) return 'is missing'
  if (issue.code === 'invalid_type' && issue.expected === 'int') return 'is not a whole number'
  if (issue.code === 'too_big' && issue.origin !== 'array') return `is above ${issue.maximum}`
  if (issue.code === 'too_small' && typeof issue.input === 'number') {
    return issue.inclusive ? `is below ${issue.minimum}` : `is not above ${issue.minimum}`
  }
  return issue.message.replace(/^Invalid (input|option|key in record): ?/, '')
}

function faultsOf(issue: z.core.$ZodIssue): ConfigFault[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownSetting(issue.path, key))
  return [{ path: issue.path.join('.'), what: describeIssue(issue), remedy: wordsFor(issue.path).remedy }]
}

/** As the settings themselves are read. */
const trimmed = z.union([z.string().trim(), z.unknown()]).optional()

const crossingSchema = z.looseObject({
  development: z.unknown().optional(),
  identity: z
    .looseObject({
      provider: z.unknown().optional(),
      issuer: z.string().trim().catch(''),
      tenantId: trimmed,
      clientId: trimmed,
      scopes: z.array(z.string().trim().catch('')).catch([]),
    })
    .catch({ issuer: '', scopes: [] }),
  access: z
    .looseObject({ requiredScopes: z.array(z.string()).catch([]), allowedScopes: z.array(z.string()).optional() })
    .catch({ requiredScopes: [] }),
  attestation: z
    .looseObject({ required: z.unknown().optional(), gatewayUrl: z.unknown().optional() })
    .optional()
    .catch(undefined),
  app: z
    .looseObject({ url: z.string().catch(''), apiOrigins: z.array(z.string().catch('')).catch([]) })
    .catch({ url: '', apiOrigins: [] }),
})
type Crossing = z.infer<typeof crossingSchema>

function plainHttpFaults({ development, identity, app }: Crossing): ConfigFault[] {
  if (development === true) return []
  const addresses = [
    { path: 'identity.issuer', address: identity.issuer },
    { path: 'app.url', address: app.url },
    ...app.apiOrigins.map((address, index) => ({ path: `app.apiOrigins.${index}`, address })),
  ]
  return addresses
    .filter(({ address }) => isLoopbackHttp(address))
    .map(({ path }) => ({
      path,
      what: 'is an http URL, which only a development bundle may use',
      remedy: 'Use https, or set "development": true on a developer’s machine.',
    }))
}

/** RFC 6749 §3.3: a space stands between two of them. */
function joinedScopeFaults({ identity: { scopes } }: Crossing): ConfigFault[] {
  return scopes.flatMap((scope, index) => {
    const path = `identity.scopes.${index}`
    return /\s/.test(scope) ? [{ path, what: 'holds a space', remedy: 'Write each scope as an item of its own.' }] : []
  })
}

/** A gateway that nobody named, and a provider that no gateway passes on. */
function attestationFaults({ attestation, identity }: Crossing): ConfigFault[] {
  if (attestation === undefined || attestation.required === false) return []
  const faults: ConfigFault[] = []
  if (attestation.gatewayUrl === undefined) {
    const remedy = 'Set the gateway’s origin, or "required": false for kiosks that ask the provider directly.'
    faults.push({ path: 'attestation.gatewayUrl', what: 'is missing', remedy })
  }
  if (isLoopbackHttp(identity.issuer)) {
    const remedy = 'Use an https issuer, or leave attestation out on a developer’s machine.'
    faults.push({ path: 'identity.issuer', what: 'is an http URL, which no gateway passes on', remedy })
  }
  return faults
}

/** Nobody could ever sign in. */
function scopeFaults({ access: { requiredScopes, allowedScopes } }: Crossing): ConfigFault[] {
  if (allowedScopes === undefined) return []
  const beyond = requiredScopes.some((scope) => !allowedScopes.includes(scope))
  const remedy = 'List every scope of access.requiredScopes in access.allowedScopes too.'
  return beyond ? [{ path: 'access.allowedScopes', what: 'leaves out a scope that is required', remedy }] : []
}

/** Rules across two settings, which speak up even while other settings are faulty. */
function crossingFaults(content: unknown): ConfigFault[] {
  const parsed = crossingSchema.safeParse(content)
  if (!parsed.success) return []
  const { identity } = parsed.data
  return [
    ...plainHttpFaults(parsed.data),
    ...issuerFaults(identity),
    ...entraFaults(identity),
    ...joinedScopeFaults(parsed.data),
    ...scopeFaults(parsed.data),
    ...attestationFaults(parsed.data),
  ]
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
  const faults = parsed.success ? [] : parsed.error.issues.flatMap(faultsOf)
  faults.push(...crossingFaults(content))
  if (!parsed.success || faults.length > 0) return { ok: false, faults }
  return { ok: true, config: parsed.data }
}
