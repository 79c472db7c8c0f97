/** `npm run bench`: our helper and three other clients of the device flow, side by side against the same providers. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CellResult, runCell } from './side-by-side/approval-run.ts'
import { CLIENT_NAMES } from './side-by-side/bench-client.ts'
import { BENCH_CLIENTS } from './side-by-side/bench-clients.ts'
import { BENCH_USAGE, type BenchOptions, readBenchOptions } from './side-by-side/bench-options.ts'
import { type BenchPlan, planBench } from './side-by-side/bench-plan.ts'
import { type BenchReport, type Measures, makeReport } from './side-by-side/bench-report.ts'
import { type FaultOutcome, playFaultCase } from './side-by-side/fault-run.ts'
import { watchMachineLoad } from './side-by-side/machine-load.ts'
import { measureMemory } from './side-by-side/memory-run.ts'
import { openThings } from './side-by-side/open-things.ts'
import { writeCharts } from './side-by-side/report-charts.ts'
import { describeReport } from './side-by-side/report-tables.ts'
import { measureStarts } from './side-by-side/start-run.ts'
import { takeTurns } from './side-by-side/take-turns.ts'

const DOCS = join(import.meta.dirname, '..', 'docs')
/** Most of a fault case is waiting; two cores hold this many of them. */
const FAULT_CASES_AT_ONCE = 6

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

async function measureFaults({ faultCases }: BenchPlan): Promise<FaultOutcome[]> {
  const played = faultCases.filter(({ expectation }) => expectation !== 'cannot survive')
  const turns = played.flatMap((faultCase) => CLIENT_NAMES.map((name) => ({ faultCase, client: BENCH_CLIENTS[name] })))
  say(`faults: ${played.length} cases, ${turns.length} sign-ins`)
  return takeTurns(turns, FAULT_CASES_AT_ONCE, async ({ client, faultCase }) => {
    const outcome = await playFaultCase(client, faultCase)
    say(`  ${outcome.stood ? 'ok  ' : 'FAIL'} ${client.name}: ${faultCase.name} (${outcome.story})`)
    return outcome
  })
}

async function measureCells({ cellGroups, ...amount }: BenchPlan): Promise<CellResult[]> {
  const results: CellResult[] = []
  for (const group of cellGroups) {
    const names = group.map(({ intervalSeconds, roundTripMs }) => `${intervalSeconds} s / ${roundTripMs} ms`)
    say(`approval to token: ${amount.signIns} sign-ins a client at ${names.join(', ')}`)
    results.push(...(await Promise.all(group.map((cell) => runCell(cell, amount)))))
  }
  return results
}

async function measureAllStarts({ startRoundTripsMs, startRuns }: BenchPlan): Promise<Measures['starts']> {
  const starts: Measures['starts'][number][] = []
  for (const roundTripMs of startRoundTripsMs) {
    say(`helper start to code: ${startRuns} runs at ${roundTripMs} ms`)
    starts.push({ roundTripMs, ...(await measureStarts(roundTripMs, startRuns)) })
  }
  return starts
}

async function runBench(plan: BenchPlan): Promise<BenchReport> {
  const { faultCases, memoryPolls } = plan
  const readMachineLoad = watchMachineLoad()
  const givingUp = new AbortController()
  // One poll a second for each client in the background, all the while.
  const measuringMemory = memoryPolls === null ? Promise.resolve(null) : measureMemory(memoryPolls, givingUp.signal)
  try {
    const starts = await measureAllStarts(plan)
    const cells = await measureCells(plan)
    const machine = readMachineLoad()
    const faults = await measureFaults(plan)
    return makeReport({ faultCases, faults, cells, starts, memory: await measuringMemory, machine })
  } finally {
    givingUp.abort()
    await Promise.allSettled([measuringMemory])
  }
}

async function write(report: BenchReport, { json, outPath, publish }: BenchOptions): Promise<void> {
  const text = `${JSON.stringify(report, null, 2)}\n`
  if (outPath !== null) await writeFile(outPath, text)
  if (publish) {
    await writeFile(join(DOCS, 'bench.json'), text)
    for (const path of await writeCharts(report, join(DOCS, 'images'))) say(`wrote ${path}`)
  }
  process.stdout.write(describeReport(report))
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`)
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => void openThings.run().finally(() => process.exit(130)))
}
try {
  const options = readBenchOptions(process.argv.slice(2))
  if (options === null) process.stdout.write(`${BENCH_USAGE}\n`)
  else await write(await runBench(planBench(options)), options)
} catch (error) {
  process.stderr.write(`bench: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  if (error instanceof TypeError) process.stderr.write(`\n${BENCH_USAGE}\n`)
  process.exitCode = 1
}
