/** Says in lines what differs between two bundles and what becomes of a kiosk that runs with the first. Pure. */
import type { KioskConfig } from '../../contract/kiosk-config.ts'
import type { ChangeEffect, EffectKind } from '../config/change-effects.ts'

/** What follows a setting's path. */
export const CONSEQUENCES: Readonly<Record<EffectKind, string>> = {
  none: 'changes nothing on a kiosk',
  display: 'is on the screen within seconds',
  restart: 'restarts the helper as soon as that disturbs nobody',
  'end-session': 'ends the session',
}

const LONGEST_VALUE = 60

function inWords(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}…`
}

function entriesOf(sites: unknown): Map<string, string> {
  const entries = new Map<string, string>()
  for (const { place, devices } of sites as KioskConfig['sites']) {
    // As on the device: the first entry counts.
    for (const [id, name] of Object.entries(devices)) if (!entries.has(id)) entries.set(id, `${name}, ${place}`)
  }
  return entries
}

/** A table of a thousand devices says more by device. */
function siteLines(before: unknown, after: unknown): string[] {
  const old = entriesOf(before)
  const fresh = entriesOf(after)
  const ids = [...new Set([...old.keys(), ...fresh.keys()])].filter((id) => old.get(id) !== fresh.get(id))
  return ids.map((id) => {
    const [was, is] = [old.get(id), fresh.get(id)]
    if (was === undefined) return `    + ${id}: ${is}`
    return is === undefined ? `    - ${id}: ${was}` : `    ${id}: ${was} → ${is}`
  })
}

export function describeChange({ kind, paths }: ChangeEffect): string[] {
  if (paths.length === 0) return ['nothing differs']
  const lines = paths.flatMap(({ path, kind: ownKind, before, after }) => {
    const line = `${path}: ${CONSEQUENCES[ownKind]}`
    if (path === 'sites') return [line, ...siteLines(before, after)]
    const isFile = before === after
    return [line, isFile ? `    ${inWords(before)} holds something else` : `    ${inWords(before)} → ${inWords(after)}`]
  })
  return [...lines, `The whole change ${CONSEQUENCES[kind]}.`]
}
