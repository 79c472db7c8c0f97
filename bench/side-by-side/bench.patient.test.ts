import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { CLIENT_NAMES } from './bench-client.ts'
import type { BenchReport } from './bench-report.ts'

const MAIN = join(import.meta.dirname, '..', 'main.ts')
/** A busy machine takes its time; how much is not what this test is about. */
const LIMIT_MS = 240_000

describe('npm run bench -- --quick --json', () => {
  it('measures all clients, and ours stands every fault without a poll too early', { timeout: LIMIT_MS }, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, '--quick', '--json'])
    const report: BenchReport = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
    expect(report.faults.ours).toEqual({ survived: 2, of: 2, refused: 1, ofForgeries: 1 })
    expect(report.gapsBelowInterval.ours).toBe(0)
    expect(report.notSurvived.ours).toEqual([])
    for (const name of CLIENT_NAMES) {
      expect(report.faults[name]).toMatchObject({ of: 2, ofForgeries: 1 })
      expect(report.ratioToFloor[name]).toEqual({ 5: expect.any(Number) })
      expect(report.approveToTokenMs['1']?.[name]['5']).toMatchObject({ count: 4, failed: 0 })
      expect(report.pollsPerSignIn[name]['1']).toBeGreaterThanOrEqual(2)
    }
    expect(report.startToCode['0']).toMatchObject({ coldMs: expect.any(Number), warmMs: expect.any(Number) })
    expect(report.residentAfter500Polls).toBeNull()
    expect(report.machine.cores).toBeGreaterThan(0)
  })
})
