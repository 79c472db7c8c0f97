/** One long run of the built helper against a provider that fails at random. Judges nothing. */
import { setTimeout as sleep } from 'node:timers/promises'
import { diagnosticsSchema } from '../../contract/diagnostics.ts'
import type { KioskSnapshot } from '../../contract/session-state.ts'
import type { Cleanups } from '../../demo/cleanups.ts'
import { startHelperProcess } from '../../demo/helper-process.ts'
import { type SeenRequest, startHostileProvider } from '../../demo/hostile-provider/hostile-provider.ts'
import { runKioskctl, watchKiosk } from '../../demo/kiosk-watch.ts'
import { openScreenLink } from '../../demo/screen-link.ts'
import { seededRandom } from '../../demo/seeded-random.ts'
import { makeWorkFolders, writeDemoBundle } from '../../demo/work-folders.ts'
import { drawFaults } from './random-faults.ts'
import { type Pace, type PeopleCounts, sendPeople } from './soak-people.ts'
import type { SoakSample } from './soak-trend.ts'

const SAMPLE_EVERY_MS = 5_000
export const SOAK_INTERVAL_SECONDS = 1
/** So short that a session of seconds is renewed. */
const ACCESS_TOKEN_LIFETIME_SECONDS = 8
/**
 * A code lives long enough that the helper's limit, one code in 20 s after the first six, is met only now and then. In a
 * short run the first six are most of it.
 */
const LONG: RunPace = {
  codeLifetimeSeconds: 60,
  patienceSeconds: { from: 5, to: 45 },
  shiftSeconds: { from: 5, to: 25 },
}
const SHORT: RunPace = {
  codeLifetimeSeconds: 15,
  patienceSeconds: { from: 2, to: 8 },
  shiftSeconds: { from: 3, to: 8 },
}
const SHORT_RUN_MINUTES = 3
const SOCKET_NAMES = /^(Pipe|TCP|TLS)/

type RunPace = Pace & { codeLifetimeSeconds: number }

export type SoakRun = {
  samples: SoakSample[]
  people: PeopleCounts
  requests: readonly SeenRequest[]
  seen: readonly KioskSnapshot[]
  /** When the run began, on the clock of the requests. */
  startedAtMs: number
  /** Everything the helper wrote. */
  output: string
  /** Every secret that the provider handed out. */
  secrets: string[]
  /** How the helper ended, where it did so by itself. */
  crash: string | null
}

function countNamed(resources: Readonly<Record<string, number>>, isMeant: (name: string) => boolean): number {
  return Object.entries(resources).reduce((sum, [name, count]) => (isMeant(name) ? sum + count : sum), 0)
}

async function takeSample(runtimeFolder: string, startedAtMs: number): Promise<SoakSample> {
  const { exitCode, stdout, stderr } = await runKioskctl(runtimeFolder, 'diagnostics', '--json')
  if (exitCode !== 0) throw new Error(`kioskctl diagnostics: ${stderr.trim()}`)
  const { memory, processId, activeResources } = diagnosticsSchema.parse(JSON.parse(stdout)).helper
  return {
    atSeconds: (performance.now() - startedAtMs) / 1000,
    processId,
    residentKb: memory.residentBytes / 1024,
    heapUsedKb: memory.heapUsedBytes / 1024,
    timers: countNamed(activeResources, (name) => name === 'Timeout'),
    sockets: countNamed(activeResources, (name) => SOCKET_NAMES.test(name)),
  }
}

/**
 * @param cleanups get everything that is opened, for whoever interrupts the run
 * @param onSample told of each look at the helper
 */
export async function runSoak(
  { minutes, seed }: { minutes: number; seed: number },
  cleanups: Cleanups,
  onSample: (sample: SoakSample) => void,
): Promise<SoakRun> {
  const pace = minutes < SHORT_RUN_MINUTES ? SHORT : LONG
  const provider = await startHostileProvider({
    intervalSeconds: SOAK_INTERVAL_SECONDS,
    codeLifetimeSeconds: pace.codeLifetimeSeconds,
    accessTokenLifetimeSeconds: ACCESS_TOKEN_LIFETIME_SECONDS,
  })
  cleanups.add(() => provider.close())
  const folders = await makeWorkFolders()
  cleanups.add(() => folders.remove())
  const { issuer, clientId, ca, journal } = provider
  const session = { start: 'always', maxUnattendedCodes: 1000 }
  await writeDemoBundle(folders.bundle, { issuer, clientId, caPem: ca.caPem, entraLike: false, session })
  provider.play(drawFaults(seededRandom(seed)))

  const helper = await startHelperProcess(folders)
  cleanups.add(() => helper.stop())
  const watch = watchKiosk(folders.runtime)
  cleanups.add(() => watch.stop())
  const screen = await openScreenLink(folders.runtime)
  cleanups.add(() => screen.close())
  const leaving = new AbortController()
  cleanups.add(() => leaving.abort())
  let crash: string | null = null
  void helper.exited.then((code) => {
    if (leaving.signal.aborted) return
    crash = `the helper ended with ${code}`
    leaving.abort()
  })

  const { runtime: runtimeFolder } = folders
  const random = seededRandom(seed + 1)
  const { signal } = leaving
  const people = sendPeople({ provider, watch, screen, runtimeFolder, pace, random, signal })
  const startedAtMs = performance.now()
  const samples: SoakSample[] = []
  for (let look = 1; look * SAMPLE_EVERY_MS <= minutes * 60_000 && !signal.aborted; look++) {
    const dueInMs = startedAtMs + look * SAMPLE_EVERY_MS - performance.now()
    await sleep(Math.max(dueInMs, 0), undefined, { signal }).catch(() => {})
    const sample = await takeSample(runtimeFolder, startedAtMs).catch((error: unknown) => {
      if (!signal.aborted) throw error
      return null
    })
    if (!sample) break
    samples.push(sample)
    onSample(sample)
  }
  leaving.abort()
  // The last answers and the helper's last words belong to the run.
  await helper.stop()
  return {
    samples,
    people,
    requests: provider.requests,
    seen: watch.seen,
    startedAtMs,
    output: helper.output(),
    secrets: journal.secrets(),
    crash,
  }
}
