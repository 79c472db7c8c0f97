/** The list of devices and their states, as an operator keeps it. Pure; takes no line that it does not wholly understand. */
import { deviceIdSchema } from '../../contract/device-identity.ts'

export type ListedDevice = { deviceId: string; state: 'active' | 'suspended' }

const STATES: Readonly<Record<string, ListedDevice['state']>> = { active: 'active', suspended: 'suspended' }

/**
 * @param text one device a line: its id and its state; `#` begins a comment
 * @returns the devices, or every fault with its line
 */
export function readDeviceList(
  text: string,
): { ok: true; devices: ListedDevice[] } | { ok: false; faults: { line: number; what: string }[] } {
  const devices: ListedDevice[] = []
  const lineOf = new Map<string, number>()
  const faults: { line: number; what: string }[] = []
  for (const [index, rest] of text.split(/\r?\n/).entries()) {
    const line = index + 1
    const words = rest.replace(/#.*$/, '').trim()
    if (words === '') continue
    const [deviceId = '', stateWord = '', ...more] = words.split(/[ \t]+/)
    const state = Object.hasOwn(STATES, stateWord) ? STATES[stateWord] : undefined
    const id = deviceIdSchema.safeParse(deviceId)
    // nginx compares without regard to case, and so do people.
    const before = lineOf.get(deviceId.toLowerCase())
    if (!id.success) faults.push({ line, what: id.error.issues[0]?.message ?? 'is no device id' })
    else if (state === undefined || more.length > 0)
      faults.push({ line, what: 'is not "<device id> active|suspended"' })
    else if (before !== undefined) faults.push({ line, what: `names the device of line ${before} again` })
    else {
      lineOf.set(deviceId.toLowerCase(), line)
      devices.push({ deviceId, state })
    }
  }
  return faults.length > 0 ? { ok: false, faults } : { ok: true, devices }
}
