/** Reads the fuse wires of a packaged application's files. Never writes to one. */
import { readFileSync } from 'node:fs'
import { FuseState, getCurrentFuseWire } from '@electron/fuses'
import { FUSES } from './fuse-list.mjs'

/** What stands before a wire in Electron's executable; @electron/fuses does not export it. */
const SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

const WORDS = { [FuseState.DISABLE]: 'off', [FuseState.ENABLE]: 'on', [FuseState.REMOVED]: 'removed' }

/** How many wires a file holds: one for Electron's executable, none for anything else. */
export function countWires(path) {
  const bytes = readFileSync(path)
  let count = 0
  for (let at = bytes.indexOf(SENTINEL); at >= 0; at = bytes.indexOf(SENTINEL, at + 1)) count += 1
  return count
}

/**
 * Compares a wire with the list.
 *
 * @param {string} path an executable that holds exactly one
 * @returns {Promise<string[]>} one line for each fuse that is not as the list says
 */
export async function findFuseFaults(path) {
  const { version, ...states } = await getCurrentFuseWire(path)
  if (version !== '1')
    return [`the fuse wire is of version ${version}, which nobody here knows: update @electron/fuses`]
  const faults = FUSES.flatMap(({ name, on }, position) => {
    const [wanted, state] = [on ? 'on' : 'off', states[position]]
    const found = state === undefined ? 'not on the wire' : (WORDS[state] ?? `in the unknown state ${state}`)
    return found === wanted ? [] : [`fuse ${name} is ${found}, must be ${wanted}`]
  })
  const unknown = Object.keys(states).filter((position) => Number(position) >= FUSES.length)
  const undecided = unknown.map(
    (position) => `fuse number ${position} is on the wire, but not in scripts/fuse-list.mjs`,
  )
  return [...faults, ...undecided]
}
