/** Tests that the scan bench runs, and that what it photographs every day is read. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { findScanTools } from '../../scripts/find-scan-tools.mjs'
import type { ScanReport } from './scan-report.ts'

const MAIN = join(import.meta.dirname, '..', 'scan.ts')
const { convert, zbarimg } = findScanTools()

describe('npm run bench:scan -- --quick --json', () => {
  it.skipIf(convert === null || zbarimg === null)(
    'reads every everyday photo of our code',
    { timeout: 180_000 },
    async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [MAIN, '--quick', '--json'])
      const report: ScanReport = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
      const { ours, plain } = report.contestants
      expect(ours?.everyday).toMatchObject({ of: 12, either: 12 })
      expect(ours?.hard.of).toBe(0)
      expect(plain?.everyday.of).toBe(12)
      expect(plain?.everyday.either).toBeLessThanOrEqual(ours?.everyday.either ?? 0)
    },
  )
})
