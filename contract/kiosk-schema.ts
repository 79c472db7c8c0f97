/** The JSON Schema of `kiosk.json`, for editors and for the reference. Made from the schema that kiosks use; decides nothing. */
import { z } from 'zod'
import { SETTINGS, WHOLE_FILE } from './config-settings.ts'
import { kioskConfigSchema } from './kiosk-config.ts'

type JsonSchema = z.core.JSONSchema.JSONSchema

export type SettingSchema = { path: string; schema: JsonSchema; isRequired: boolean }

/** A setting that may also be null is a choice of two, of which the other says more. */
export function withoutNull(schema: JsonSchema): JsonSchema {
  const { anyOf = [], ...rest } = schema
  const [other, ...more] = anyOf.filter(({ type }) => type !== 'null')
  return anyOf.length === 2 && other && more.length === 0 ? { ...other, ...rest } : schema
}

/** The names below a setting are either its own settings, or free as device ids are. */
function settingsBelow(path: string, whole: JsonSchema): SettingSchema[] {
  const schema = withoutNull(whole)
  const start = path === '' ? '' : `${path}.`
  if (schema.type === 'array') {
    const items = schema.items as JsonSchema
    return settingsBelow(`${start}*`, items)
  }
  return Object.entries(schema.properties ?? {}).flatMap(([name, value]) => {
    const setting = value as JsonSchema
    const at = `${start}${name}`
    const isRequired = schema.required?.includes(name) ?? false
    return [{ path: at, schema: setting, isRequired }, ...settingsBelow(at, setting)]
  })
}

/** Every setting of a `kiosk.json` in the schema's order; list items stand as `*`. */
export function listSettings(schema: JsonSchema): SettingSchema[] {
  return settingsBelow('', schema)
}

/** @returns a JSON Schema of draft 2020-12. It accepts whatever a kiosk accepts, and not everything that a kiosk refuses. */
export function kioskJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(kioskConfigSchema, { io: 'input' })
  for (const { path, schema: setting } of listSettings(schema)) {
    setting.description = SETTINGS[path]?.says ?? ''
    // "{}" as a default of a whole section would be completed as such, and says nothing.
    if (setting.properties) delete setting.default
  }
  const identity = schema.properties?.identity as JsonSchema
  identity.if = { properties: { provider: { const: 'entra' } }, required: ['provider'] }
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word; nobody awaits it
  identity.then = { properties: { tenantId: {} }, required: ['tenantId'] }
  return { title: 'Digital Receptionist kiosk', description: WHOLE_FILE.says, ...schema }
}
