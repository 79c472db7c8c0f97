/** Which devices stand at which site, by the operator's own `kiosk.json` and by nobody else's word. */
import { z } from 'zod'
import { deviceIdSchema } from '../../contract/device-identity.ts'
import { inOrder } from './choose-kiosks.ts'

export type SiteList = readonly { place: string; deviceIds: readonly string[] }[]

/** The rest of the bundle is none of fleetctl's business. */
const sitesSchema = z.looseObject({
  sites: z.array(z.looseObject({ place: z.string(), devices: z.record(deviceIdSchema, z.string()) })),
})

/** @throws Error in words of our own for what has no table of sites */
export function readSiteList(json: string): SiteList {
  let content: unknown
  try {
    content = JSON.parse(json)
  } catch {
    // Told below like anything else that is none.
    content = undefined
  }
  const { data } = sitesSchema.safeParse(content)
  if (!data) throw new Error('has no table of sites: give the kiosk.json of your bundle')
  return data.sites.map(({ place, devices }) => ({ place, deviceIds: Object.keys(devices) }))
}

/** @param site in any case, as for the sites that kiosks report */
export function kiosksOfSite(list: SiteList, site: string): string[] {
  const nameOf = (text: string) => text.trim().toLowerCase()
  const found = list.filter(({ place }) => nameOf(place) === nameOf(site))
  return inOrder(new Set(found.flatMap(({ deviceIds }) => deviceIds)))
}
