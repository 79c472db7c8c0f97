/** A network of its own for one process, with one cable to this machine that can be pulled. Linux, as root. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

export type NetworkNamespace = {
  /** This machine's end of the cable: nothing beyond this machine reaches it. */
  address: string
  /** What a command begins with to run in there. */
  wrapper: readonly string[]
  /** Packets are lost from here on; nobody is told. */
  cut(): Promise<void>
  mend(): Promise<void>
  remove(): Promise<void>
}

export function canMakeNamespace(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0
}

export async function makeNetworkNamespace(): Promise<NetworkNamespace> {
  const name = `kiosk${process.pid}`
  const [outside, inside] = [`ko${process.pid}`, `ki${process.pid}`]
  const ip = (...words: string[]) => run('ip', words)
  // RFC 5737: addresses of nobody's.
  const [address, insideAddress] = ['192.0.2.1', '192.0.2.2']
  await ip('netns', 'add', name)
  try {
    await ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside, 'netns', name)
    await ip('address', 'add', `${address}/30`, 'dev', outside)
    await ip('link', 'set', outside, 'up')
    await ip('-n', name, 'address', 'add', `${insideAddress}/30`, 'dev', inside)
    await ip('-n', name, 'link', 'set', inside, 'up')
    await ip('-n', name, 'link', 'set', 'lo', 'up')
  } catch (error) {
    await ip('netns', 'delete', name)
    throw error
  }
  return {
    address,
    wrapper: ['ip', 'netns', 'exec', name],
    cut: async () => void (await ip('-n', name, 'link', 'set', inside, 'down')),
    mend: async () => void (await ip('-n', name, 'link', 'set', inside, 'up')),
    // The cable goes with either end.
    remove: async () => void (await ip('netns', 'delete', name)),
  }
}
