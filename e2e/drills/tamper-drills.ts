/** Somebody who can write into the vault's folder changes what lies there while a person is signed in. */
import { chmod, chown, mkdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Drill, DrillOutcome, DrillTools } from './drill.ts'
import { findLeftovers, isRenewed } from './look-afterwards.ts'

const SESSION_FILE = 'session.sealed'
/** Read again for each renewal, at three quarters of this. */
const TOKEN_LIFE_SECONDS = 4
const NOBODY = 65_534

/** Signs in, changes the record, and waits for the session to end at its next use. */
async function playTampering(
  tools: DrillTools,
  note: string,
  tampers: readonly ((path: string) => Promise<unknown>)[],
): Promise<DrillOutcome> {
  const kiosk = await tools.openKiosk({ accessTokenLifetimeSeconds: TOKEN_LIFE_SECONDS })
  const leaks: string[] = []
  for (const [index, tamper] of tampers.entries()) {
    await kiosk.signIn()
    await tamper(join(kiosk.vault, SESSION_FILE))
    const ended = await kiosk.screen.until('ended')
    if (ended.reason !== 'not-renewed') throw new Error(`the session ended for "${ended.reason}"`)
    leaks.push(...(await findLeftovers(kiosk, `change ${index + 1}`, null)))
  }
  if (!(await kiosk.log()).includes('vault-record-damaged')) throw new Error('no refusal is in the log')
  return { times: tampers.length, readable: 'nothing', leaks, lost: [], note }
}

/** Format, IV, tag, and across the ciphertext: its first, its last and some bytes between. */
function flipsOver(tools: DrillTools): ((path: string) => Promise<unknown>)[] {
  const places = tools.quick ? [0.5] : [0, 0.003, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.9999]
  return places.map((place) => async (path: string) => {
    const sealed = await readFile(path)
    const at = Math.floor(place * sealed.length)
    sealed[at] = (sealed[at] ?? 0) ^ (1 << Math.floor(tools.random() * 8))
    await writeFile(path, sealed)
  })
}

/** A file that is none of the vault's business harms nobody, and is gone with the next wipe. */
async function playForeignFile(tools: DrillTools): Promise<DrillOutcome> {
  const kiosk = await tools.openKiosk({ accessTokenLifetimeSeconds: TOKEN_LIFE_SECONDS })
  await kiosk.signIn()
  await writeFile(join(kiosk.vault, 'foreign'), 'not ours')
  await mkdir(join(kiosk.vault, 'foreign-folder'))
  const lost = (await isRenewed(kiosk, performance.now())) ? [] : ['the session did not go on']
  await kiosk.screen.press({ kind: 'signOut' })
  const leaks = await findLeftovers(kiosk, 'foreign file', null)
  return { times: 1, readable: 'nothing', leaks, lost, note: 'the session goes on; gone with its wipe' }
}

const asLink = async (path: string) => {
  await rename(path, `${path}.moved`)
  await symlink(`${path}.moved`, path)
}
const asFolder = async (path: string) => {
  await rm(path)
  await mkdir(path)
}

export const TAMPER_DRILLS: readonly Drill[] = [
  { name: 'bit flips over the whole file', play: (tools) => playTampering(tools, 'refused, wiped', flipsOver(tools)) },
  {
    name: 'truncated file',
    play: (tools) =>
      playTampering(tools, 'refused, wiped', [(path) => truncate(path, 40), (path) => truncate(path, 0)]),
  },
  { name: 'foreign file', play: playForeignFile },
  { name: 'link, folder in its place', play: (tools) => playTampering(tools, 'never followed', [asLink, asFolder]) },
  {
    name: 'wrong owner, wrong mode',
    needs: 'root',
    play: (tools) =>
      playTampering(tools, 'refused, wiped', [(path) => chown(path, NOBODY, NOBODY), (path) => chmod(path, 0o644)]),
  },
]
