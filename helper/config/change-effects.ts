/** What a changed bundle does to a kiosk that runs with the old one, as one table. Pure. Never reads a file. */
import type { KioskConfig } from '../../contract/kiosk-config.ts'

/** From the mildest to the hardest. The hardest of all that changed is what happens. */
const EFFECT_KINDS = ['none', 'display', 'restart', 'end-session'] as const

/**
 * `none`: a running kiosk does not notice. `display`: on the screen within seconds. `restart`: the helper starts anew
 * as soon as that disturbs nobody (`take-over.ts`). `end-session`: sign-in or session end at once, and then it starts anew.
 */
export type EffectKind = (typeof EFFECT_KINDS)[number]

export type ChangeEffect = {
  kind: EffectKind
  /** Each setting that differs, by its path in `kiosk.json`, in the order of the schema. */
  paths: readonly { path: string; kind: EffectKind; before: unknown; after: unknown }[]
}

type SectionEffects<Section> = { readonly [Setting in keyof NonNullable<Section>]-?: EffectKind }

/** A setting that is missing here does not compile. */
const EFFECTS: { readonly [Setting in keyof KioskConfig]-?: EffectKind | SectionEffects<KioskConfig[Setting]> } = {
  $schema: 'none',
  version: 'none',
  // What keeps tokens safe is judged otherwise, in both directions.
  development: 'end-session',
  // The vault is bound to the device.
  device: { id: 'end-session' },
  sites: 'display',
  brand: 'display',
  languages: 'display',
  identity: {
    // Another kind of provider names people otherwise.
    provider: 'end-session',
    issuer: 'end-session',
    clientId: 'end-session',
    tenantId: 'end-session',
    // Whoever is signed in keeps what they were granted; the next one is asked for more or for less.
    scopes: 'restart',
    verificationOrigins: 'restart',
  },
  // Whoever is signed in was let in by another rule.
  access: 'end-session',
  // Of a kiosk that is in service it changes nothing, of another only who may be next.
  activation: 'restart',
  attestation: {
    // Whoever is signed in came in by another way, past another judge.
    required: 'end-session',
    gatewayUrl: 'end-session',
    recheckMinutes: 'restart',
  },
  remoteControl: 'restart',
  session: 'restart',
  app: 'restart',
  vault: {
    // A session that is handed over is sealed with the device key.
    deviceKey: 'end-session',
    forgetAfterSeconds: 'restart',
  },
  screen: 'restart',
  network: 'restart',
}

/** @returns null for a section whose settings differ in it, and for what is no setting */
export function effectOfSetting(path: string): EffectKind | null {
  let effect: unknown = EFFECTS
  for (const name of path.split('.')) if (isObject(effect)) effect = effect[name]
  return EFFECT_KINDS.find((kind) => kind === effect) ?? null
}

/** What a running session stands on: the same text for as long as no setting has changed that would end it. */
export function sessionTerms(config: KioskConfig): string {
  const sections: Readonly<Record<string, unknown>> = config
  const effects: Readonly<Record<string, unknown>> = EFFECTS
  const terms = Object.entries(effects).map(([section, effect]) => {
    const value = sections[section] ?? null
    if (!isObject(effect)) return effect === 'end-session' ? value : null
    return Object.keys(effect)
      .filter((setting) => effect[setting] === 'end-session')
      .map((setting) => (isObject(value) ? (value[setting] ?? null) : null))
  })
  return JSON.stringify(terms)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** By value; the order of an object's keys says nothing. */
function isSame(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((value, index) => isSame(value, other[index]))
  }
  if (isObject(one) && isObject(other)) {
    return [...new Set([...Object.keys(one), ...Object.keys(other)])].every((key) => isSame(one[key], other[key]))
  }
  return one === other
}

/** Objects are gone into, down to what has no further settings; a list is one value. */
function differencesOf(path: string, before: unknown, after: unknown, effect: unknown): ChangeEffect['paths'] {
  if (isSame(before, after)) return []
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return names.flatMap((name) => {
      const below = isObject(effect) ? effect[name] : effect
      return differencesOf(path === '' ? name : `${path}.${name}`, before[name], after[name], below)
    })
  }
  return [{ path, kind: hardestOf(isObject(effect) ? Object.values(effect) : [effect]), before, after }]
}

/** What nobody has judged is taken for the worst. */
function hardestOf(kinds: readonly unknown[]): EffectKind {
  return EFFECT_KINDS.findLast((kind) => kinds.includes(kind)) ?? 'end-session'
}

/** What lies in a file of the bundle, by the setting that names it. */
function fileChanges({ brand, network }: KioskConfig, names: readonly string[]): ChangeEffect['paths'] {
  return names.flatMap((name) => {
    const effects: [path: string, kind: EffectKind, isNamed: boolean][] = [
      ['brand.logo', 'display', brand.logo === name],
      ['network.trustedCaFiles', 'restart', network.trustedCaFiles.includes(name)],
    ]
    return effects.filter(([, , isNamed]) => isNamed).map(([path, kind]) => ({ path, kind, before: name, after: name }))
  })
}

/**
 * @param changedFiles of those that both bundles name, the ones whose bytes differ
 * @returns the effect of the whole change, and that of each setting in it
 */
export function effectOfChange(
  before: KioskConfig,
  after: KioskConfig,
  changedFiles: readonly string[] = [],
): ChangeEffect {
  const paths = [...differencesOf('', before, after, EFFECTS), ...fileChanges(after, changedFiles)]
  return { kind: paths.length === 0 ? 'none' : hardestOf(paths.map(({ kind }) => kind)), paths }
}
