/** Reads the command line of an order. Never lets one mean two things. */
import type { KioskChoice } from '../follow/kiosk-facts.ts'
import { UsageError } from '../usage-error.ts'
import { readLiveOptions, textOf, wholeNumberOf } from './live-options.ts'
import type { SettingFlags } from './operator-files.ts'

const DEFAULT_WAIT_SECONDS = 30
const HOUR_SECONDS = 60 * 60

export type OrderOptions = {
  flags: SettingFlags
  to:
    | { kind: 'devices'; deviceIds: readonly string[] }
    | { kind: 'site'; site: string }
    | { kind: 'tenant'; tenant: string }
  /** Left out where nothing is said: each order has a life of its own. */
  lifeSeconds: number | undefined
  waitMs: number
  isYes: boolean
  isJson: boolean
}

/** @throws UsageError */
export function readOrderOptions(command: string, args: readonly string[]): OrderOptions {
  const options = readLiveOptions(command, args, {
    values: ['site', 'tenant', 'timeout', 'valid-hours'],
    switches: ['yes', 'json'],
    devices: true,
  })
  const { flags, deviceIds } = options
  const site = textOf(options, 'site')
  const tenant = textOf(options, 'tenant')
  const ways: OrderOptions['to'][] = [
    ...(deviceIds.length > 0 ? [{ kind: 'devices', deviceIds } as const] : []),
    ...(site === undefined ? [] : [{ kind: 'site', site } as const]),
    ...(tenant === undefined ? [] : [{ kind: 'tenant', tenant } as const]),
  ]
  const [to, another] = ways
  if (!to || another) throw new UsageError(`${command} takes devices, or --site or --tenant, and only one of them`)
  const validHours = wholeNumberOf(options, 'valid-hours', { least: 1, most: 14 * 24 })
  const waitSeconds = wholeNumberOf(options, 'timeout', { least: 1, most: 86_400 }) ?? DEFAULT_WAIT_SECONDS
  return {
    flags,
    to,
    lifeSeconds: validHours === undefined ? undefined : validHours * HOUR_SECONDS,
    waitMs: waitSeconds * 1000,
    isYes: options.values.yes === true,
    isJson: options.values.json === true,
  }
}

/** As the kiosks' own reports are looked through. */
export function choiceOf(to: Exclude<OrderOptions['to'], { kind: 'devices' }>): KioskChoice {
  return to.kind === 'site' ? { site: to.site } : { tenant: to.tenant }
}
