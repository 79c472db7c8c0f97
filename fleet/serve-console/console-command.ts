/** `fleetctl console`: serves the fleet page to this machine's browser, and carries its messages to the broker. Signs nothing. */
import { once } from 'node:events'
import { plainText } from '../follow/plain-text.ts'
import { watchInterruption } from '../orders/interruption.ts'
import { readLiveOptions, wholeNumberOf } from '../orders/live-options.ts'
import { readOperator } from '../orders/operator-files.ts'
import { readConsoleFiles } from './console-files.ts'
import type { RelayListener } from './relay.ts'
import { serveConsole } from './serve-console.ts'

/** The page's key for orders is kept by its address: another port is another page without one. */
const DEFAULT_PORT = 8790

/** The page can only say that the broker is gone; here it is said why, once for each reason. */
function tellOfBroker(brokerUrl: string): RelayListener['onBroker'] {
  let told: string | null = null
  return (isReached: boolean, why?: string) => {
    if (isReached || why === undefined) told = null
    else if (why !== told) {
      told = why
      process.stderr.write(`fleetctl: ${plainText(brokerUrl)} cannot be reached: ${why}. The page goes on trying.\n`)
    }
  }
}

/** @param args what follows `console` @returns 0, once somebody has ended it */
export async function runConsole(args: readonly string[]): Promise<number> {
  const options = readLiveOptions('console', args, { values: ['port'], switches: [], devices: false })
  const port = wholeNumberOf(options, 'port', { least: 0, most: 65_535 }) ?? DEFAULT_PORT
  const operator = await readOperator(options.flags, { needsOrderKey: false })
  const files = await readConsoleFiles()
  const interruption = watchInterruption({ endsWithReader: false })
  const served = await serveConsole({ port, operator, files, onBroker: tellOfBroker(operator.brokerUrl) })
  try {
    process.stdout.write(
      `${served.url}\nOpen it in a browser on this machine; it is for whoever started this. Ctrl+C ends.\n`,
    )
    if (!interruption.aborted) await once(interruption, 'abort')
    return 0
  } finally {
    await served.close()
  }
}
