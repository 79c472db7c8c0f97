/**
 * `npm run bench:fleet`: 1,000 to 100,000 kiosks through a ten-minute outage and the recovery after it, in virtual time.
 *
 * The kiosks wait by the product's own code: poll-schedule.ts, backoff.ts, code-budget.ts, and by the numbers of
 * code-retry.ts and token-refresh.ts. Attestation and reconnection to the broker are not built yet and are modelled with
 * backoff.ts as designed (first 5 s and 30 s, at most 60 s). Nobody touches a screen or signs in meanwhile, the limit on
 * unattended codes is not reached, and a failed request fails within a round trip.
 *
 * Recovery work is, for each kiosk and each kind that it needs back (a reconnect; an attestation; a poll, if its code
 * lives; a code request, if it died; a refresh, if it is due), the requests from the moment of recovery up to and
 * including the first that succeeds. Ordinary polling after a kiosk is back is normal load. The recovery peak is the most
 * recovery work in any one second; the ideal is that work spread evenly over 60 s, the shortest wait a person accepts.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { recoveryChart, requestsChart } from './fleet/fleet-charts.ts'
import { describeRuns, runsAsJson } from './fleet/fleet-report.ts'
import { type FleetRun, runFleet } from './fleet/fleet-run.ts'

const USAGE = `Usage: npm run bench:fleet -- [options]

  --quick      1,000 kiosks only
  --seed N     of the random source (default 1)
  --json       ends with one JSON line; the tables go to standard error
  --chart      writes docs/images/bench-fleet.svg and bench-fleet-recovery.svg
  --help`

const FLEETS = [1_000, 10_000, 100_000]
const IMAGES_FOLDER = join(import.meta.dirname, '../docs/images')

type Options = { quick: boolean; seed: number; json: boolean; chart: boolean; help: boolean }

/** @throws TypeError saying what is wrong */
function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      chart: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const seed = Number(values.seed)
  if (!Number.isInteger(seed)) throw new TypeError(`--seed takes a whole number, not "${values.seed}"`)
  return { ...values, seed }
}

async function writeCharts(run: FleetRun): Promise<void> {
  await mkdir(IMAGES_FOLDER, { recursive: true })
  await writeFile(join(IMAGES_FOLDER, 'bench-fleet.svg'), requestsChart(run))
  await writeFile(join(IMAGES_FOLDER, 'bench-fleet-recovery.svg'), recoveryChart(run))
}

async function runBench({ quick, seed, json, chart }: Options): Promise<void> {
  const tell = json ? console.error : console.log
  const runs = (quick ? FLEETS.slice(0, 1) : FLEETS).map((kiosks) => runFleet(kiosks, seed))
  tell(describeRuns(runs))
  const largest = runs.at(-1)
  if (chart && largest) {
    await writeCharts(largest)
    tell(`\nCharts in ${IMAGES_FOLDER}`)
  }
  if (json) console.log(runsAsJson(runs, seed))
}

/** @returns null after saying what is wrong with the command line */
function readOptionsOrExplain(): Options | null {
  try {
    return readOptions()
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
    process.exitCode = 2
    return null
  }
}

const options = readOptionsOrExplain()
if (options?.help) console.log(USAGE)
else if (options) await runBench(options)
