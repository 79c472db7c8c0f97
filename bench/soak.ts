/** `npm run soak`: the built helper for half an hour against a provider that fails at random. Does it grow, crash or hurry? */
import { createCleanups } from '../demo/cleanups.ts'
import { readSoakOptions, SOAK_USAGE, type SoakOptions } from './soak/soak-options.ts'
import { makeSoakReport } from './soak/soak-report.ts'
import { runSoak } from './soak/soak-run.ts'
import { describeSoak } from './soak/soak-table.ts'
import type { SoakSample } from './soak/soak-trend.ts'

const openThings = createCleanups()

function tell({ atSeconds, residentKb, heapUsedKb, timers, sockets }: SoakSample): void {
  const [resident, heap] = [residentKb, heapUsedKb].map((kilobytes) => (kilobytes / 1024).toFixed(1))
  process.stderr.write(
    `${atSeconds.toFixed(0).padStart(6)} s  resident ${resident} MiB  heap ${heap} MiB  timers ${timers}  sockets ${sockets}\n`,
  )
}

/** @returns whether all was good */
async function soak(options: SoakOptions): Promise<boolean> {
  process.stderr.write(`soak: ${options.minutes} minutes, seed ${options.seed}\n`)
  const run = await runSoak(options, openThings, tell)
  const report = makeSoakReport(run, options)
  process.stdout.write(describeSoak(report, run))
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`)
  return report.failures.length === 0
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => void openThings.run().finally(() => process.exit(130)))
}
try {
  const options = readSoakOptions(process.argv.slice(2))
  if (options === null) process.stdout.write(`${SOAK_USAGE}\n`)
  else if (!(await soak(options))) process.exitCode = 1
} catch (error) {
  process.stderr.write(`soak: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  if (error instanceof TypeError) process.stderr.write(`\n${SOAK_USAGE}\n`)
  process.exitCode = 1
} finally {
  await openThings.run()
}
