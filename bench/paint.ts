/** `npm run bench:paint`: how soon the glass shows what the helper knows, and how soon a new screen shows a code. */
import { createCleanups } from '../demo/cleanups.ts'
import { measurePages } from './paint/page-floor.ts'
import { PAINT_USAGE, type PaintOptions, readPaintOptions } from './paint/paint-options.ts'
import { describePaint, makePaintReport } from './paint/paint-report.ts'
import { runPaint } from './paint/paint-run.ts'
import { watchMachineLoad } from './side-by-side/machine-load.ts'

const openThings = createCleanups()

const tell = (line: string) => void process.stderr.write(`${line}\n`)

async function bench(options: PaintOptions): Promise<void> {
  const readLoad = watchMachineLoad()
  tell('the page alone, beside a bare one')
  const pages = await measurePages(options)
  tell(`people signing in: ${options.people}`)
  const run = await runPaint(options, openThings, tell)
  const report = makePaintReport(run, pages, readLoad())
  process.stdout.write(describePaint(report))
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`)
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => void openThings.run().finally(() => process.exit(130)))
}
try {
  const options = readPaintOptions(process.argv.slice(2))
  if (options === null) process.stdout.write(`${PAINT_USAGE}\n`)
  else await bench(options)
} catch (error) {
  process.stderr.write(`bench:paint: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  if (error instanceof TypeError) process.stderr.write(`\n${PAINT_USAGE}\n`)
  process.exitCode = 1
} finally {
  await openThings.run()
}
