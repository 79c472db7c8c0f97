/** `npm run e2e:soak`: hundreds of people at one kiosk, one after the other. Does any of its processes grow? Linux only. */
import { type Cleanups, createCleanups } from '../demo/cleanups.ts'
import { startHostileProvider } from '../demo/hostile-provider/hostile-provider.ts'
import { startKioskProcesses } from '../demo/kiosk-processes.ts'
import { openKioskScreen } from '../demo/kiosk-screen.ts'
import { watchKiosk } from '../demo/kiosk-watch.ts'
import { makeWorkFolders, writeDemoBundle } from '../demo/work-folders.ts'
import { type MemorySample, takeMemorySample } from './soak/memory-sample.ts'
import { grows } from './soak/memory-trend.ts'
import { readSoakOptions, SOAK_USAGE, type SoakOptions } from './soak/soak-options.ts'
import { playPerson } from './soak/soak-people.ts'
import { describeSoak, readTrends } from './soak/soak-report.ts'

/** Fifteen seconds are the shortest idle limit; one helper lives through it all, so that it can grow. */
const SESSION = { start: 'touch', idleMinutes: 0.25 }
const VAULT = { forgetAfterSeconds: null }

async function openSoakKiosk(cleanups: Cleanups) {
  const folders = await makeWorkFolders()
  cleanups.add(() => folders.remove())
  const provider = await startHostileProvider({ intervalSeconds: 1, accessTokenLifetimeSeconds: 300 })
  cleanups.add(() => provider.close())
  const { issuer, clientId, ca } = provider
  const bundle = { issuer, clientId, caPem: ca.caPem, entraLike: false, session: SESSION, vault: VAULT }
  await writeDemoBundle(folders.bundle, bundle)
  const processes = await startKioskProcesses(folders, { screen: { width: 1920, height: 1080 }, headed: false })
  cleanups.add(() => processes.stop())
  const watch = watchKiosk(folders.runtime)
  cleanups.add(() => watch.stop())
  const screen = await openKioskScreen(processes.shellDataFolder, { limitMs: 30_000 })
  cleanups.add(() => screen.close())
  return { provider, processes, watch, screen }
}

/** @returns whether all was good */
async function soak({ cycles }: SoakOptions, cleanups: Cleanups): Promise<boolean> {
  const kiosk = await openSoakKiosk(cleanups)
  const samples: MemorySample[] = []
  for (let cycle = 1; cycle <= cycles; cycle += 1) {
    await playPerson(kiosk, cycle)
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
