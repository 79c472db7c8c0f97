/** `npm run vault:drill`: everything that may happen to a vault, on a real tmpfs, under a real PM2, with a real provider. */
import { type Cleanups, createCleanups } from '../demo/cleanups.ts'
import { canRunKeychain } from '../demo/keychain/throwaway-keychain.ts'
import { seededRandom } from '../demo/seeded-random.ts'
import { CRASH_DRILLS } from './drills/crash-drills.ts'
import type { Drill } from './drills/drill.ts'
import { openDrillKiosk } from './drills/drill-kiosk.ts'
import { DRILL_USAGE, type DrillOptions, readDrillOptions } from './drills/drill-options.ts'
import { countDrills, type DrillRow, describeDrills } from './drills/drill-table.ts'
import { PLACE_DRILLS } from './drills/place-drills.ts'
import { RESTART_DRILLS } from './drills/restart-drills.ts'
import { SESSION_END_DRILLS } from './drills/session-end-drills.ts'
import { TAMPER_DRILLS } from './drills/tamper-drills.ts'

const DRILLS = [...SESSION_END_DRILLS, ...CRASH_DRILLS, ...RESTART_DRILLS, ...TAMPER_DRILLS, ...PLACE_DRILLS]

/** Each lane finishes its drill, which its own limits keep short, and cleans up after it. */
let isInterrupted = false

/** @returns why this machine cannot play it, or null */
function findLack({ needs }: Drill): string | null {
  if (needs === 'root' && process.getuid?.() !== 0) return 'needs root, to mount and to give files away'
  if (needs === 'keychain' && !canRunKeychain()) return 'needs dbus-run-session and gnome-keyring-daemon'
  return null
}

async function play(drill: Drill, options: DrillOptions, own: Cleanups): Promise<DrillRow> {
  const startedAtMs = performance.now()
  const { name } = drill
  const lack = findLack(drill)
  if (lack !== null) return { name, seconds: 0, kind: 'not-played', why: lack }
  const seconds = () => (performance.now() - startedAtMs) / 1000
  try {
    const outcome = await drill.play({
      openKiosk: (kioskOptions) => openDrillKiosk(own, kioskOptions),
      random: seededRandom(options.seed),
      quick: options.quick,
    })
    return { name, seconds: seconds(), kind: 'played', outcome }
  } catch (error) {
    return { name, seconds: seconds(), kind: 'broken', why: error instanceof Error ? error.message : String(error) }
  }
}

/** Takes one drill after the other until none is left. */
async function playLane(drills: Drill[], options: DrillOptions, rows: Map<string, DrillRow>): Promise<void> {
  for (let drill = drills.shift(); drill && !isInterrupted; drill = drills.shift()) {
    const own = createCleanups()
    const row = await play(drill, options, own)
    await own.run()
    rows.set(drill.name, row)
    process.stderr.write(
      `${row.kind === 'broken' ? 'BROKEN' : row.kind}  ${drill.name} (${row.seconds.toFixed(0)} s)\n`,
    )
  }
}

/** @returns whether all was good */
async function drillAll(options: DrillOptions): Promise<boolean> {
  const drills = DRILLS.filter(({ name }) => name.includes(options.only))
  process.stderr.write(`vault drill: ${drills.length} rows, seed ${options.seed}${options.quick ? ', quick' : ''}\n`)
  const rows = new Map<string, DrillRow>()
  const left = [...drills]
  await Promise.all(Array.from({ length: options.lanes }, () => playLane(left, options, rows)))
  if (isInterrupted) return false
  const inOrder = drills.flatMap(({ name }) => rows.get(name) ?? [])
  const { drills: played, leaks, lost } = countDrills(inOrder)
  process.stdout.write(`${describeDrills(inOrder)}\n${played} drills, ${leaks} leaks, ${lost} lost\n`)
  return leaks === 0 && lost === 0 && played > 0
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    if (!isInterrupted) process.stderr.write('vault drill: ends after the drills that are being played\n')
    isInterrupted = true
  })
}
try {
  const options = readDrillOptions(process.argv.slice(2))
  if (options === null) process.stdout.write(`${DRILL_USAGE}\n`)
  else if (!(await drillAll(options))) process.exitCode = 1
} catch (error) {
  process.stderr.write(`vault drill: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  if (error instanceof TypeError) process.stderr.write(`\n${DRILL_USAGE}\n`)
  process.exitCode = 1
}
// Whatever a broken drill has left open must not keep the run from ending.
process.exit()
