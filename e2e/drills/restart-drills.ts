/** Planned restarts, which keep a session, and everything that somebody could make of the record in between. */
import { watch } from 'node:fs'
import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import type { Drill, DrillOutcome, DrillTools } from './drill.ts'
import type { DrillKiosk } from './drill-kiosk.ts'
import { findLeftovers, isRenewed } from './look-afterwards.ts'
import { until } from './within.ts'

const HANDOVER_FILE = 'handover.sealed'
const TOKEN_LIFE_SECONDS = 8

/** Two clocks of two processes, read through a link. */
const CLOCK_TOLERANCE_MS = 1_000

/** What the person would notice. @returns in which ways one session is not the other; moments are on different clocks */
function differences(one: KioskSnapshot, other: KioskSnapshot): string[] {
  const [before, after] = [one.session, other.session]
  if (before.kind !== 'signedIn' || after.kind !== 'signedIn') return [`"${before.kind}" became "${after.kind}"`]
  const epochMs = ({ clock }: KioskSnapshot, atMs: number) => atMs - clock.monotonicMs + clock.epochMs
  const moments = (['since', 'validUntil'] as const).filter(
    (name) => Math.abs(epochMs(one, before[name]) - epochMs(other, after[name])) > CLOCK_TOLERANCE_MS,
  )
  const facts = (['displayName', 'generation'] as const).filter((name) => before[name] !== after[name])
  return [...facts, ...moments].map((name) => `${name} was ${before[name]} and is ${after[name]}`)
}

async function restart(kiosk: DrillKiosk, how: readonly string[]): Promise<KioskSnapshot> {
  const processId = await kiosk.helperId()
  await kiosk.pm2(...how)
  await kiosk.screen.until('signedIn', ({ helper }) => helper.processId !== processId)
  return kiosk.screen.snapshot() as KioskSnapshot
}

async function playRestarts(tools: DrillTools, how: readonly string[]): Promise<DrillOutcome> {
  const times = tools.quick ? 2 : 10
  const kiosk = await tools.openKiosk({ accessTokenLifetimeSeconds: TOKEN_LIFE_SECONDS })
  const before = await kiosk.signIn()
  const lost: string[] = []
  for (let turn = 1; turn <= times; turn++) {
    const after = await restart(kiosk, how)
    lost.push(...differences(before, after).map((what) => `restart ${turn}: ${what}`))
  }
  const restartedAtMs = performance.now()
  if (!(await isRenewed(kiosk, restartedAtMs))) lost.push('the tokens could not be renewed afterwards')
  const leaks = (await kiosk.leaks()).map((place) => `a secret in ${place}`)
  await kiosk.screen.press({ kind: 'signOut' })
  leaks.push(...(await findLeftovers(kiosk, 'sign-out after the restarts', null)))
  return { times, readable: 'the session, intact', leaks, lost, note: 'and its tokens are renewed afterwards' }
}

/** The helper ends itself above its limit, here after its first minute. */
async function playMemoryLimit(tools: DrillTools): Promise<DrillOutcome> {
  const kiosk = await tools.openKiosk({
    environment: { KIOSK_MEMORY_LIMIT_MIB: '64' },
    vault: { forgetAfterSeconds: null },
  })
  const before = await kiosk.signIn()
  const processId = await kiosk.helperId()
  await kiosk.screen.until('signedIn', ({ helper }) => helper.processId !== processId, 90_000)
  const lost = differences(before, kiosk.screen.snapshot() as KioskSnapshot)
  const leaks = (await kiosk.leaks()).map((place) => `a secret in ${place}`)
  return { times: 1, readable: 'the session, intact', leaks, lost, note: 'nobody was in the middle of a sign-in' }
}

/** Runs `pm2 restart` with its god process held from the moment the record is written until `meanwhile` is done. */
async function restartWith(kiosk: DrillKiosk, meanwhile: (record: string) => Promise<unknown>): Promise<number> {
  const processId = await kiosk.helperId()
  const supervisorId = kiosk.processes.supervisorId()
  let isWritten = false
  const watcher = watch(kiosk.vault, (_event, name) => {
    if (name !== HANDOVER_FILE) return
    process.kill(supervisorId, 'SIGSTOP')
    isWritten = true
  })
  const restarting = kiosk.pm2('restart', 'helper')
  await until('a handover', () => isWritten)
  watcher.close()
  await until('the end of the helper', async () => (await readStat(processId)) === 'gone')
  await meanwhile(join(kiosk.vault, HANDOVER_FILE))
  process.kill(supervisorId, 'SIGCONT')
  await restarting
  return processId
}

/** A process that has ended waits for its parent, which is held. */
async function readStat(processId: number): Promise<'runs' | 'gone'> {
  const stat = await readFile(`/proc/${processId}/stat`, 'utf8').catch(() => null)
  return stat === null || /^\d+ \(.*\) [ZX] /.test(stat) ? 'gone' : 'runs'
}

async function expectRefusal(kiosk: DrillKiosk, what: string, endedHelperId: number): Promise<string[]> {
  const leaks = await findLeftovers(kiosk, what, endedHelperId)
  if (!(await kiosk.log()).includes('"vault.handover-refused"')) throw new Error(`${what}: no refusal is on record`)
  return leaks
}

async function playReplay(tools: DrillTools): Promise<DrillOutcome> {
  const kiosk = await tools.openKiosk()
  await kiosk.signIn()
  const kept = join(kiosk.folders.work, 'kept-handover')
  await restartWith(kiosk, (record) => copyFile(record, kept))
  await kiosk.screen.until('signedIn')
  await copyFile(kept, join(kiosk.vault, HANDOVER_FILE))
  const processId = await kiosk.helperId()
  await kiosk.killHelper()
  const leaks = await expectRefusal(kiosk, 'replayed handover', processId)
  return { times: 1, readable: 'nothing', leaks, lost: [], note: 'refused and on record: its key was used before' }
}

async function playEarlierCopy(tools: DrillTools): Promise<DrillOutcome> {
  const kiosk = await tools.openKiosk()
  await kiosk.signIn()
  const kept = join(kiosk.folders.work, 'kept-handover')
  await restartWith(kiosk, (record) => copyFile(record, kept))
  await kiosk.screen.until('signedIn')
  const endedHelperId = await restartWith(kiosk, (record) => copyFile(kept, record))
  const leaks = await expectRefusal(kiosk, 'earlier copy under a fresh key', endedHelperId)
  return { times: 1, readable: 'nothing', leaks, lost: [], note: 'refused and on record: another handover’s key' }
}

async function playChanged(tools: DrillTools): Promise<DrillOutcome> {
  const kiosk = await tools.openKiosk()
  await kiosk.signIn()
  const endedHelperId = await restartWith(kiosk, async (record) => {
    const sealed = await readFile(record)
    const at = Math.floor(tools.random() * sealed.length)
    sealed[at] = (sealed[at] ?? 0) ^ 0x10
    await writeFile(record, sealed)
  })
  const leaks = await expectRefusal(kiosk, 'changed handover', endedHelperId)
  return { times: 1, readable: 'nothing', leaks, lost: [], note: 'refused and on record' }
}

/** The screen dies while the helper is away: whoever stands before the next one must not inherit the session. */
async function playOtherScreen(tools: DrillTools): Promise<DrillOutcome> {
  const kiosk = await tools.openKiosk()
  await kiosk.signIn()
  const endedHelperId = await restartWith(kiosk, () => kiosk.screen.replace())
  const leaks = await findLeftovers(kiosk, 'another screen', endedHelperId)
  return { times: 1, readable: 'nothing', leaks, lost: [], note: 'the session ends before the other screen shows it' }
}

/** The screen dies while the helper is away, and the helper is restarted once more before another screen comes. */
async function playOtherScreenLater(tools: DrillTools): Promise<DrillOutcome> {
  const kiosk = await tools.openKiosk()
  await kiosk.signIn()
  const first = await restartWith(kiosk, async () => kiosk.screen.leave())
  await until('the next helper', async () =>
    (await kiosk.kioskctl('state', '--json').catch(() => '')).includes('"signedIn"'),
  )
  const second = await kiosk.helperId()
  await kiosk.pm2('restart', 'helper')
  kiosk.screen.comeAnew()
  await kiosk.screen.until(
    'awaitingApproval',
    ({ helper }) => helper.processId !== first && helper.processId !== second,
  )
  const leaks = await findLeftovers(kiosk, 'another screen after two restarts', second)
  return { times: 1, readable: 'nothing', leaks, lost: [], note: 'the session waits for its own screen only' }
}

/** Somebody breaks the bundle meanwhile: a kiosk that cannot start keeps nothing for one that can. */
async function playBrokenBundle(tools: DrillTools): Promise<DrillOutcome> {
  const kiosk = await tools.openKiosk()
  await kiosk.signIn()
  const bundle = join(kiosk.folders.bundle, 'kiosk.json')
  const whole = await readFile(bundle)
  const endedHelperId = await restartWith(kiosk, async () => {
    await writeFile(bundle, '{}')
    // Nor is there an earlier bundle that it could go on with.
    await rm(join(kiosk.folders.state, 'bundle-record.json'))
  })
  await kiosk.screen.until('unprovisioned')
  const left = await readdir(kiosk.vault)
  const leaks = left.length === 0 ? [] : [`a kiosk that cannot start left ${left.join()}`]
  await writeFile(bundle, whole)
  leaks.push(...(await findLeftovers(kiosk, 'mended bundle', endedHelperId)))
  return { times: 1, readable: 'nothing', leaks, lost: [], note: 'wiped at once; a mended bundle brings nothing back' }
}

async function playStop(tools: DrillTools): Promise<DrillOutcome> {
  const kiosk = await tools.openKiosk()
  await kiosk.signIn()
  const processId = await kiosk.helperId()
  await kiosk.pm2('stop', 'helper')
  const leaks = (await kiosk.leaks()).map((place) => `a secret in ${place}`)
  const left = await readdir(kiosk.vault)
  if (left.length > 0) leaks.push(`a plain stop left ${left.join()}`)
  await kiosk.pm2('restart', 'helper')
  leaks.push(...(await findLeftovers(kiosk, 'plain stop', processId)))
  return { times: 1, readable: 'nothing', leaks, lost: [], note: 'a plain stop leaves no handover' }
}

async function playWithoutKeychain(tools: DrillTools): Promise<DrillOutcome> {
  const kiosk = await tools.openKiosk({ keychain: false })
  await kiosk.signIn()
  const { vault } = await kiosk.diagnostics()
  if (vault?.plannedRestart !== 'ends-session') throw new Error('diagnostics do not say what a planned restart does')
  const processId = await kiosk.helperId()
  await kiosk.pm2('restart', 'helper')
  const leaks = await findLeftovers(kiosk, 'restart without a keychain', processId)
  return {
    times: 1,
    readable: 'nothing',
    leaks,
    lost: [],
    note: 'a planned restart ends the session; diagnostics say so',
  }
}

export const RESTART_DRILLS: readonly Drill[] = [
  { name: 'planned: pm2 restart', needs: 'keychain', play: (tools) => playRestarts(tools, ['restart', 'helper']) },
  { name: 'planned: pm2 reload', needs: 'keychain', play: (tools) => playRestarts(tools, ['reload', 'helper']) },
  { name: 'planned: memory limit', needs: 'keychain', play: playMemoryLimit },
  { name: 'plain stop', play: playStop },
  { name: 'replayed handover', needs: 'keychain', play: playReplay },
  { name: 'handover key, earlier record', needs: 'keychain', play: playEarlierCopy },
  { name: 'handover, changed', needs: 'keychain', play: playChanged },
  { name: 'handover, another screen', needs: 'keychain', play: playOtherScreen },
  { name: 'handover, another screen, later', needs: 'keychain', play: playOtherScreenLater },
  { name: 'handover, bundle broken meanwhile', needs: 'keychain', play: playBrokenBundle },
  { name: 'no keychain', play: playWithoutKeychain },
]
