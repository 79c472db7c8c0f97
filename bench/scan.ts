/** `npm run bench:scan`: photos of the real screen as phones take them, read by two readers; beside a plain code at the same place. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeContactSheet } from './scan/contact-sheet.ts'
import { GRID } from './scan/grid.ts'
import { readScanOptions, SCAN_USAGE, type ScanOptions } from './scan/scan-options.ts'
import { describeScan, makeScanReport } from './scan/scan-report.ts'
import { runScan } from './scan/scan-run.ts'
import { SCREENS } from './scan/screens.ts'

const SHEET_PATH = join(import.meta.dirname, '..', 'docs', 'images', 'scan-samples.jpg')

const tell = (line: string) => void process.stderr.write(`${line}\n`)

async function bench(options: ScanOptions, folder: string): Promise<void> {
  const run = await runScan({ ...options, folder }, tell)
  const report = makeScanReport(run.shots, GRID, SCREENS)
  if (options.sheet) await writeContactSheet(run, SHEET_PATH)
  process.stdout.write(describeScan(report))
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`)
}

async function benchInFolder(options: ScanOptions): Promise<void> {
  if (options.keepFolder !== null) {
    await mkdir(options.keepFolder, { recursive: true })
    return bench(options, options.keepFolder)
  }
  const folder = await mkdtemp(join(tmpdir(), 'kiosk-scan-'))
  try {
    await bench(options, folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

try {
  const options = readScanOptions(process.argv.slice(2))
  if (options === null) process.stdout.write(`${SCAN_USAGE}\n`)
  else await benchInFolder(options)
} catch (error) {
  process.stderr.write(`bench:scan: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  if (error instanceof TypeError) process.stderr.write(`\n${SCAN_USAGE}\n`)
  process.exitCode = 1
}
