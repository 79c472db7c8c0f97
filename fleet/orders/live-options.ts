/** Reads the command lines of `fleetctl watch`, the orders and the page. Never repeats what was given as a value. */
import { parseArgs } from 'node:util'
import { deviceIdSchema } from '../../contract/device-identity.ts'
import { refuseRepeated } from '../given-once.ts'
import { UsageError } from '../usage-error.ts'
import type { SettingFlags } from './operator-files.ts'
import { SETTING_FLAGS } from './operator-settings.ts'

const SETTINGS = ['settings', ...Object.keys(SETTING_FLAGS)]

export type LiveOptions = {
  flags: SettingFlags
  /** What the command takes besides: with a value, or `true`. */
  values: Readonly<Record<string, string | boolean | undefined>>
  deviceIds: readonly string[]
}

/** @throws UsageError for what is unknown, or no device's id */
export function readLiveOptions(
  command: string,
  args: readonly string[],
  takes: { values: readonly string[]; switches: readonly string[]; devices: boolean },
): LiveOptions {
  const options = Object.fromEntries([
    ...[...SETTINGS, ...takes.values].map((name) => [name, { type: 'string' as const }] as const),
    ...takes.switches.map((name) => [name, { type: 'boolean' as const }] as const),
  ])
  let values: LiveOptions['values']
  let positionals: readonly string[]
  try {
    const parsed = parseArgs({ args: [...args], options, allowPositionals: takes.devices, tokens: true })
    refuseRepeated(parsed.tokens)
    values = parsed.values as LiveOptions['values']
    positionals = parsed.positionals
  } catch (error) {
    if (error instanceof UsageError) throw error
    // Words of our own: the parser's would quote a secret that somebody put on the command line.
    const names = Object.keys(options).map((name) => `--${name}`)
    throw new UsageError(`${command} takes ${takes.devices ? 'devices, ' : ''}${names.join(', ')}`)
  }
  const empty = Object.keys(values).find((name) => typeof values[name] === 'string' && values[name].trim() === '')
  if (empty !== undefined) throw new UsageError(`--${empty} lacks its value`)
  for (const deviceId of positionals) {
    const { error } = deviceIdSchema.safeParse(deviceId)
    if (error) throw new UsageError(`one of the devices ${error.issues[0]?.message ?? 'is wrong'}`)
  }
  const flags = Object.fromEntries(SETTINGS.map((name) => [name, values[name]])) as SettingFlags
  return { flags, values, deviceIds: [...new Set(positionals)] }
}

/** @throws UsageError for what is no whole number in its range */
export function wholeNumberOf(
  { values }: LiveOptions,
  name: string,
  range: { least: number; most: number },
): number | undefined {
  const text = values[name]
  if (text === undefined) return undefined
  const value = Number(text)
  if (/^\d+$/.test(String(text)) && value >= range.least && value <= range.most) return value
  throw new UsageError(`--${name} takes a whole number from ${range.least} to ${range.most}`)
}

export function textOf({ values }: LiveOptions, name: string): string | undefined {
  const value = values[name]
  return typeof value === 'string' ? value : undefined
}
