/** `fleet.json`: where an operator's broker is, and which files prove who they are. Never holds a key itself. */
import { z } from 'zod'
import type { ConfigFault } from '../../contract/check-kiosk-config.ts'

const text = z.string({ error: 'is not text' }).min(1, 'is empty')

function isBrokerUrl(value: string): boolean {
  const url = URL.parse(value)
  return url !== null && ['mqtts:', 'wss:'].includes(url.protocol) && url.hostname !== '' && url.username === ''
}

const operatorSettingsSchema = z.strictObject({
  version: z.literal(1, 'is not 1'),
  /** The broker's listener for operators. */
  brokerUrl: text.refine(isBrokerUrl, 'is no broker’s address such as "mqtts://broker.example.com:8884"'),
  /** Where the broker's certificate is not one of a public authority. */
  brokerCaFile: text.optional(),
  certificateFile: text,
  keyFile: text,
  /** `NAME.private.jwk` of `fleetctl pki key --purpose orders`; only orders need it. */
  orderKeyFile: text.optional(),
  /** Who vouches for the devices' certificates, and so for their receipts. */
  fleetCaFile: text,
  /** What that authority has revoked. Without it receipts of revoked devices count. */
  fleetCrlFile: text.optional(),
  /** The bundle's `kiosk.json`: whose kiosks are of a site, by the operator's own word. */
  sitesFile: text.optional(),
})
export type OperatorSettings = z.infer<typeof operatorSettingsSchema>

/** Flags of the same meaning, which win. */
export const SETTING_FLAGS = {
  broker: 'brokerUrl',
  'broker-ca': 'brokerCaFile',
  certificate: 'certificateFile',
  key: 'keyFile',
  'order-key': 'orderKeyFile',
  'fleet-ca': 'fleetCaFile',
  'fleet-crl': 'fleetCrlFile',
  sites: 'sitesFile',
} as const satisfies Readonly<Record<string, keyof OperatorSettings>>

const FLAG_OF = new Map<string, string>(Object.entries(SETTING_FLAGS).map(([flag, name]) => [name, flag]))

function faultOf(issue: z.core.$ZodIssue): ConfigFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: key,
      what: 'is not a setting of fleetctl',
      remedy: 'Check the spelling, or remove it.',
    }))
  }
  const path = issue.path.join('.')
  const flag = FLAG_OF.get(path)
  const remedy = `Compare with docs/fleet.md${flag === undefined ? '' : `, or give --${flag}`}.`
  return [{ path, what: issue.input === undefined ? 'is missing' : issue.message, remedy }]
}

/** @returns the settings, or every fault at once */
export function checkOperatorSettings(
  content: unknown,
): { ok: true; settings: OperatorSettings } | { ok: false; faults: ConfigFault[] } {
  const parsed = operatorSettingsSchema.safeParse(content, { reportInput: true })
  if (parsed.success) return { ok: true, settings: parsed.data }
  return { ok: false, faults: parsed.error.issues.flatMap(faultOf) }
}
