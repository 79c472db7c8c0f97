/** Which device this is, and where it stands, from all that could say so. Pure. Never keeps a kiosk from its work. */
import type { ConfigFault } from '../../contract/check-kiosk-config.ts'
import type { KioskConfig } from '../../contract/kiosk-config.ts'

export type DeviceIdSource = 'certificate' | 'bundle' | 'host-name'

export type DeviceIdentity = {
  deviceId: string
  source: DeviceIdSource
  /** The device's own name from `sites`, else its id. */
  kioskName: string
  /** Empty where `sites` does not say. */
  place: string
  /** What works, and hardly is what whoever wrote the bundle wanted. */
  notices: ConfigFault[]
}

/** What a machine is called before anybody, or a network, has named it. */
const NO_NAME = /^(localhost(\..*)?)?$/i

/** A site's entry for a device, or one that could be meant. */
type Entry = { path: string; id: string; kioskName: string; place: string }

function entriesOf({ sites }: KioskConfig): Entry[] {
  return sites.flatMap(({ place, devices }, index) =>
    Object.entries(devices).map(([id, kioskName]) => ({ path: `sites.${index}.devices.${id}`, id, kioskName, place })),
  )
}

/**
 * A certificate cannot be copied from one device to another as a bundle can, so it counts most; a host name is what is left.
 *
 * @param given null for what there is none of
 */
function decideDeviceId(given: { certificateId: string | null; configuredId: string | null; hostName: string }): {
  deviceId: string
  source: DeviceIdSource
} {
  if (given.certificateId !== null) return { deviceId: given.certificateId, source: 'certificate' }
  if (given.configuredId !== null) return { deviceId: given.configuredId, source: 'bundle' }
  return { deviceId: given.hostName, source: 'host-name' }
}

/**
 * The certificate's id counts more than `device.id`, and that more than the host name. Of two entries in `sites` the first
 * counts; a device that is not listed goes by its id. A typing mistake in the table must not stop a fleet.
 *
 * @param machine `certificateId` is null where the device has no certificate
 */
export function identifyDevice(
  config: KioskConfig,
  machine: { certificateId: string | null; hostName: string },
): DeviceIdentity {
  const configuredId = config.device.id ?? null
  const { deviceId, source } = decideDeviceId({ ...machine, configuredId })
  const notices: ConfigFault[] = []
  if (source === 'certificate' && configuredId !== null && configuredId !== deviceId) {
    const what = `is not the id in the device’s certificate (${deviceId}), which counts`
    notices.push({ path: 'device.id', what, remedy: 'Leave device.id out: the certificate names the device.' })
  }
  if (source === 'host-name' && NO_NAME.test(deviceId)) {
    const what = `is left out, and this machine has no name of its own (${deviceId || 'none'})`
    const remedy = 'Name the machine, or give device.id: whatever is bound to the device is lost when its name changes.'
    notices.push({ path: 'device.id', what, remedy })
  }
  const entries = entriesOf(config)
  const [own, second] = entries.filter(({ id }) => id === deviceId)
  if (second) notices.push(namedTwice(second))
  if (!own && entries.length > 0) notices.push(notListed(deviceId, entries))
  return { deviceId, source, kioskName: own?.kioskName ?? deviceId, place: own?.place ?? '', notices }
}

function namedTwice({ path, id }: Entry): ConfigFault {
  const remedy = 'Name each device in one site; until then its first entry counts.'
  return { path, what: `names ${id}, which an earlier site names too`, remedy }
}

function notListed(deviceId: string, entries: readonly Entry[]): ConfigFault {
  const alike = entries.find(({ id }) => id.toLowerCase() === deviceId.toLowerCase())
  const remedy = alike
    ? `Write ${alike.path} as ${deviceId}: letter by letter the same.`
    : `Add "${deviceId}" to a site’s devices; until then the screen shows the id.`
  return { path: 'sites', what: `does not name this device, ${deviceId}`, remedy }
}

/** What is odd about `sites` whatever device reads it. */
export function findSiteFaults(config: KioskConfig): ConfigFault[] {
  const entries = entriesOf(config)
  const firstOf = (test: (entry: Entry) => boolean) => entries.find(test) as Entry
  const faults = entries.flatMap((entry): ConfigFault[] => {
    const first = firstOf(({ id }) => id.toLowerCase() === entry.id.toLowerCase())
    if (first === entry) return []
    if (first.id === entry.id) return [namedTwice(entry)]
    const what = `differs from ${first.path} by the size of its letters alone`
    return [{ path: entry.path, what, remedy: 'Name each device once, letter by letter as it is called.' }]
  })
  const places = config.sites.map(({ place }) => place)
  for (const [index, place] of places.entries()) {
    if (places.indexOf(place) === index) continue
    const remedy = 'Put the devices of both under one entry, or give the sites different names.'
    faults.push({ path: `sites.${index}.place`, what: `is called ${place}, as an earlier site is`, remedy })
  }
  const isSingle = config.device.id !== undefined
  if (isSingle && new Set(entries.map(({ id }) => id)).size > 1) {
    const what = 'gives one id to every device that gets this bundle, and sites names several'
    faults.push({ path: 'device.id', what, remedy: 'Leave device.id out: each device then goes by its own name.' })
  }
  return faults
}
