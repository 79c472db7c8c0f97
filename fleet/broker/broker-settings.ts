/** `broker.json`, from which mosquitto's configuration is rendered. Lets nothing through that mosquitto could read as syntax. */
import { z } from 'zod'
import type { ConfigFault } from '../../contract/check-kiosk-config.ts'
import { deviceIdSchema } from '../../contract/device-identity.ts'

const matching = (pattern: RegExp, error: string) => z.string({ error }).regex(pattern, error)

const file = matching(/^(?:\/[A-Za-z0-9._-]+)+$/, 'is not an absolute path of letters, digits, ".", "_" and "-"')
const listen = matching(
  /^(?:(?:\d{1,3}(?:\.\d{1,3}){3}|[a-z0-9.-]+):)?[1-9]\d{0,4}$/,
  'is not a port, or an address with a port such as "10.0.0.5:8883"',
)

const brokerSettingsSchema = z.strictObject({
  version: z.literal(1, 'is not 1'),
  server: z.strictObject({
    certificateFile: file,
    keyFile: file,
    /** The account that mosquitto becomes where root starts it; it must be able to read the lists again. */
    user: matching(/^[a-z_][a-z0-9_-]*$/, 'is not the name of an account').default('mosquitto'),
  }),
  devices: z.strictObject({
    listen: listen.default('8883'),
    /** The fleet's authority, and its revocation list: each of them one that certifies devices and nobody else. */
    caFile: file,
    crlFile: file,
  }),
  operators: z.strictObject({
    listen: listen.default('8884'),
    /** MQTT over WebSockets, for programs that know nothing else; left out, there is no such listener. */
    websocketsListen: listen.optional(),
    /** Another authority than the fleet's: no device can ever pass for an operator. */
    caFile: file,
    crlFile: file,
    /**
     * Client ids are of the whole broker: an operator who takes a device's throws it off, and its waiting orders away. With
     * this an operator's is the certificate's name, and each name has one connection at a time.
     */
    oneConnectionPerName: z.boolean().default(false),
    /** Common names of their certificates; whoever is not listed can neither order nor read anything. */
    names: z.array(deviceIdSchema).min(1, 'lists nobody'),
  }),
  limits: z
    .strictObject({
      messageKib: z.int().min(4).max(1024).default(64),
      /** For each client that is off or slow. mosquitto drops what is more: an operator needs room for the receipts of a whole fleet. */
      queuedMessages: z.int().min(1_000).max(1_000_000).default(20_000),
      /** On their way to one client at once; kiosks themselves take sixteen. */
      inflightMessages: z.int().min(1).max(10_000).default(200),
      /** As long as kiosks ask for at most: `remoteControl.sessionExpiryDays`. */
      sessionExpiryDays: z.int().min(1).max(365).default(30),
      connections: z.int().min(10).max(1_000_000).default(20_000),
    })
    .prefault({}),
  folders: z.strictObject({ persistence: file.default('/var/lib/mosquitto'), log: file.optional() }).prefault({}),
})
export type BrokerSettings = z.infer<typeof brokerSettingsSchema>

const REMEDY = 'Compare with docs/remote-orders.md.'

function faultOf(issue: z.core.$ZodIssue): ConfigFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key].join('.'),
      what: 'is not a setting of the broker',
      remedy: 'Check the spelling, or remove it.',
    }))
  }
  const what = issue.input === undefined ? 'is missing' : issue.message.replace(/^(Invalid input|Too \w+): /, '')
  return [{ path: issue.path.join('.'), what, remedy: REMEDY }]
}

function crossingFaults({ devices, operators }: BrokerSettings): ConfigFault[] {
  if (devices.caFile !== operators.caFile) return []
  const what = 'is the devices’ authority, under which any device could call itself an operator'
  return [{ path: 'operators.caFile', what, remedy: 'Make another authority for operators.' }]
}

/** @returns the settings, or every fault at once */
export function checkBrokerSettings(
  content: unknown,
): { ok: true; settings: BrokerSettings } | { ok: false; faults: ConfigFault[] } {
  const parsed = brokerSettingsSchema.safeParse(content, { reportInput: true })
  const faults = parsed.success ? crossingFaults(parsed.data) : parsed.error.issues.flatMap(faultOf)
  return parsed.success && faults.length === 0 ? { ok: true, settings: parsed.data } : { ok: false, faults }
}
