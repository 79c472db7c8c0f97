/** `npm run e2e:soak`: hundreds of people at one kiosk, one after the other. Does any of its processes grow? Linux only. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Cleanups, createCleanups } from '../demo/cleanups.ts'
import { type MemorySample, takeMemorySample } from './soak/memory-sample.ts'
import { grows } from './soak/memory-trend.ts'
import { openSoakKiosk } from './soak/soak-kiosk.ts'
import { readSoakOptions, SOAK_USAGE, type SoakOptions } from './soak/soak-options.ts'
import { playPerson } from './soak/soak-people.ts'
import { describeSoak, readTrends } from './soak/soak-report.ts'

/** The helper collects at rest what a session left: give it the time. */
const REST_MS = 2_500

/** @returns whether all was good */
async function soak({ cycles }: SoakOptions, cleanups: Cleanups): Promise<boolean> {
  const kiosk = await openSoakKiosk(cleanups)
  const samples: MemorySample[] = []
  for (let cycle = 1; cycle <= cycles; cycle += 1) {
    await playPerson(kiosk, cycle)
    await sleep(REST_MS)
    await kiosk.collectGarbage()
    const sample = await takeMemorySample(kiosk.processes)
    samples.push(sample)
    const together = [...sample.values()].reduce((sum, kilobytes) => sum + kilobytes, 0)
    process.stderr.write(`cycle ${cycle}: ${sample.size} kinds of processes, ${Math.round(together / 1024)} MiB\n`)
  }
  process.stdout.write(`${describeSoak(samples)}\n`)
  return !readTrends(samples).some(grows)
}

const cleanups = createCleanups()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(name, () => void cleanups.run().finally(() => process.exit(130)))
}
try {
  const options = readSoakOptions(process.argv.slice(2))
  if (options === null) process.stdout.write(`${SOAK_USAGE}\n`)
  else if (!(await soak(options, cleanups))) process.exitCode = 1
} catch (error) {
  process.stderr.write(`soak: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  if (error instanceof TypeError) process.stderr.write(`\n${SOAK_USAGE}\n`)
  process.exitCode = 1
} finally {
  await cleanups.run()
}
