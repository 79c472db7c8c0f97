/** `npm run bench:orders`: a revoke of a thousand kiosks on one broker, one of them real; what it takes a kiosk. */
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { findMosquitto } from '../demo/broker/find-mosquitto.ts'
import { createCleanups } from '../demo/cleanups.ts'
import { ORDERS_BENCH_USAGE, readOrdersOptions } from './orders/orders-options.ts'
import { describeOrders } from './orders/orders-report.ts'
import { runOrdersBench } from './orders/orders-run.ts'

const openThings = createCleanups()

async function bench(args: readonly string[]): Promise<void> {
  const options = readOrdersOptions(args)
  if (options === null) {
    process.stdout.write(`${ORDERS_BENCH_USAGE}\n`)
    return
  }
  const mosquittoPath = findMosquitto()
  if (mosquittoPath === null)
    throw new Error('there is no mosquitto on this machine: npm run setup says how to get one')
  const folder = await mkdtemp(join(tmpdir(), 'kiosk-orders-bench-'))
  openThings.add(() => rm(folder, { recursive: true, force: true }))
  const places = { folder, mosquittoPath, cores: availableParallelism() }
  const report = await runOrdersBench(options, places, openThings, (text) => process.stderr.write(`${text}\n`))
  process.stdout.write(`${describeOrders(report)}\n${JSON.stringify(report)}\n`)
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => void openThings.run().finally(() => process.exit(130)))
}
try {
  await bench(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`bench:orders: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  if (error instanceof TypeError) process.stderr.write(`\n${ORDERS_BENCH_USAGE}\n`)
  process.exitCode = 1
} finally {
  await openThings.run()
}
