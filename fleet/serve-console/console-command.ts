/** `fleetctl console`: serves the fleet page to this machine's browser, and carries its messages to the broker. Signs nothing. */
import { once } from 'node:events'
import { openBrokerSession } from '../orders/broker-session.ts'
import { watchInterruption } from '../orders/interruption.ts'
import { readLiveOptions, wholeNumberOf } from '../orders/live-options.ts'
import { type Operator, readOperator } from '../orders/operator-files.ts'
import { Refusal } from '../refusal.ts'
import { serveConsole } from './serve-console.ts'

/** The page's key for orders is kept by its address: another port is another page without one. */
const DEFAULT_PORT = 8790

/** The page can only say that the broker is gone; here it is said why. */
async function tryBroker(operator: Operator): Promise<void> {
  try {
    const session = await openBrokerSession(operator, { onMessage: () => {} })
    await session.close()
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    process.stderr.write(`fleetctl: ${error.message}. The page goes on trying.\n`)
  }
}

/** @param args what follows `console` @returns 0, once somebody has ended it */
export async function runConsole(args: readonly string[]): Promise<number> {
  const options = readLiveOptions('console', args, { values: ['port'], switches: [], devices: false })
  const port = wholeNumberOf(options, 'port', { least: 0, most: 65_535 }) ?? DEFAULT_PORT
  const operator = await readOperator(options.flags, { needsOrderKey: false })
  const interruption = watchInterruption({ endsWithReader: false })
  const served = await serveConsole({ port, operator })
  try {
    process.stdout.write(
      `${served.url}\nOpen it in a browser on this machine; it is for whoever started this. Ctrl+C ends.\n`,
    )
    await tryBroker(operator)
    if (!interruption.aborted) await once(interruption, 'abort')
    return 0
  } finally {
    await served.close()
  }
}
