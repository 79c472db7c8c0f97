/** Tests that the orders bench runs and measures what it says. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { findMosquitto } from '../../demo/broker/find-mosquitto.ts'
import type { OrdersReport } from './orders-report.ts'

const MAIN = join(import.meta.dirname, '..', 'orders.ts')

describe('npm run bench:orders -- --quick', () => {
  it.skipIf(findMosquitto() === null)('revokes a small fleet and ends with a line of JSON', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, '--quick'])
    expect(stdout).toContain('order to receipt')
    const report: OrdersReport = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')
    expect(report.kiosks).toBe(10)
    for (const { p50, p95, p99 } of [report.orderToReceiptMs, report.realKioskReceiptMs, report.orderToScreenMs]) {
      for (const value of [p50, p95, p99]) expect(value).toBeGreaterThan(0)
    }
  })
})
