/** Tests that the soak runs, and that a minute of it is good. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { SoakReport } from './soak-report.ts'

const MAIN = join(import.meta.dirname, '..', 'soak.ts')

describe('npm run soak -- --quick --json', () => {
  it('ends well, after faults, sign-ins and sign-outs', { timeout: 120_000 }, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, '--quick', '--json'])
    const report: SoakReport = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
    expect(report).toMatchObject({ gapsBelowInterval: 0, fatalLines: 0, helperRestarts: 0, secretsInOutput: 0 })
    expect(report.failures).toEqual([])
    expect(report.samples).toBeGreaterThanOrEqual(10)
    expect(report.polls).toBeGreaterThan(10)
    expect(Object.keys(report.faults).length).toBeGreaterThan(0)
    expect(report.people.signedIn).toBeGreaterThan(0)
    expect(report.trend?.slopeKbPerMinute).toMatchObject({ resident: expect.any(Object), heap: expect.any(Object) })
  })
})
