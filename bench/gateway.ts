/** `npm run bench:gateway`: what the gateway adds to a poll, beside the provider asked directly, in interleaved rounds. */
import { availableParallelism } from 'node:os'
import { createCleanups } from '../demo/cleanups.ts'
import { findNginx } from '../demo/gateway/find-nginx.ts'
import { GATEWAY_BENCH_USAGE, readGatewayOptions } from './gateway/gateway-options.ts'
import { describeGateway, makeGatewayReport } from './gateway/gateway-report.ts'
import { runGatewayBench } from './gateway/gateway-run.ts'

const openThings = createCleanups()

async function bench(args: readonly string[]): Promise<void> {
  const options = readGatewayOptions(args)
  if (options === null) {
    process.stdout.write(`${GATEWAY_BENCH_USAGE}\n`)
    return
  }
  const nginxPath = findNginx()
  if (nginxPath === null) throw new Error('there is no nginx on this machine: npm run setup says how to get one')
  const rounds = await runGatewayBench(options, nginxPath, openThings)
  const report = makeGatewayReport(rounds, { connections: options.devices, cores: availableParallelism() })
  process.stdout.write(`${describeGateway(report)}\n${JSON.stringify(report)}\n`)
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => void openThings.run().finally(() => process.exit(130)))
}
try {
  await bench(process.argv.slice(2))
} catch (error) {
  process.stderr.write(`bench:gateway: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
  if (error instanceof TypeError) process.stderr.write(`\n${GATEWAY_BENCH_USAGE}\n`)
  process.exitCode = 1
} finally {
  await openThings.run()
}
