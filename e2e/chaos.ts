/** `npm run e2e:chaos`: kills parts of a kiosk at random, and expects the right screen within ten seconds, never a white one. */
import { createCleanups } from '../demo/cleanups.ts'
import { seededRandom } from '../demo/seeded-random.ts'
import { type ChaosKiosk, MOMENTS, type Moment, openChaosKiosk } from './chaos/chaos-kiosk.ts'
import { CHAOS_USAGE, type ChaosOptions, readChaosOptions } from './chaos/chaos-options.ts'
import { describeChaos, describeKill, isChaosWon, type Kill } from './chaos/chaos-report.ts'
import { untilRight, untilShown } from './chaos/right-screen.ts'
import { VICTIM_NAMES, VICTIMS, type VictimName } from './chaos/victims.ts'

type Plan = { victim: VictimName; moment: Moment }

/** Every victim is drawn as often as every other, in an order of chance. */
function drawPlans({ kills, only, seed }: ChaosOptions): Plan[] {
  const random = seededRandom(seed)
  const draw = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  let bag: VictimName[] = []
  return Array.from({ length: kills }, () => {
    if (bag.length === 0) bag = only === null ? [...VICTIM_NAMES] : [only]
    const victim = draw(bag)
    bag = bag.filter((name) => name !== victim)
    return { victim, moment: draw(MOMENTS) }
  })
}

async function play(kiosk: ChaosKiosk, { victim: name, moment }: Plan): Promise<Kill> {
  await kiosk.bringTo(moment)
  const before = await untilShown(kiosk)
  const victim = VICTIMS[name]
  const sinceMs = await victim.kill(kiosk)
  return { victim: name, moment, ...(await untilRight(kiosk, victim, { before, sinceMs })) }
}

/** @returns whether all was good */
async function runChaos(options: ChaosOptions): Promise<boolean> {
  const cleanups = createCleanups()
  const interruption = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => interruption.abort())
  process.stderr.write(`chaos: ${options.kills} kills, seed ${options.seed}\n`)
  const kills: Kill[] = []
  try {
    const kiosk = await openChaosKiosk(cleanups)
    for (const plan of drawPlans(options)) {
      if (interruption.signal.aborted) break
      const kill = await play(kiosk, plan)
      kills.push(kill)
      process.stderr.write(`${describeKill(kill)}\n`)
    }
  } finally {
    await cleanups.run()
  }
  process.stdout.write(`${describeChaos(kills)}\n`)
  return isChaosWon(kills) && kills.length === options.kills
}

try {
  const options = readChaosOptions(process.argv.slice(2))
  if (options === null) process.stdout.write(`${CHAOS_USAGE}\n`)
  else if (!(await runChaos(options))) process.exitCode = 1
} catch (error) {
  process.stderr.write(`chaos: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  if (error instanceof TypeError) process.stderr.write(`\n${CHAOS_USAGE}\n`)
  process.exitCode = 1
}
// Whatever a broken kill has left open must not keep the run from ending.
process.exit()
