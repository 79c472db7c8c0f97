/** Tests that the gateway bench runs and measures both ways. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { findNginx } from '../../demo/gateway/find-nginx.ts'
import type { GatewayReport } from './gateway-report.ts'

const MAIN = join(import.meta.dirname, '..', 'gateway.ts')

describe('npm run bench:gateway -- --quick', () => {
  it.skipIf(findNginx() === null)('polls both ways and ends with a line of JSON', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, '--quick'])
    expect(stdout).toContain('standing connection, p50 ms')
    const report: GatewayReport = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
    for (const { direct, gateway } of [report.keptP50Ms, report.freshP95Ms, report.requestsPerSecond]) {
      expect(direct).toBeGreaterThan(0)
      expect(gateway).toBeGreaterThan(0)
    }
  })
})
