/** A /proc and /sys of a machine that a test makes up, below a temporary folder. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** A block device as /sys shows it. */
export type BlockDevice = {
  /** `major:minor` */
  number?: string
  dmUuid?: string
  slaves?: readonly string[]
  /** zram's */
  backingDevice?: string
}

export type SystemTree = {
  /** Paths below the root, and what is in them; null is what is there and cannot be read, whoever asks. */
  files: Readonly<Record<string, string | null>>
  blockDevices?: Readonly<Record<string, BlockDevice>>
}

const SWAPS_HEADING = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority'

/** @param swaps path and type, such as `/dev/sda2 partition` */
export function procSwaps(...swaps: readonly string[]): string {
  return `${[SWAPS_HEADING, ...swaps.map((swap) => `${swap}\t8388604\t\t0\t\t-2`)].join('\n')}\n`
}

async function writeFileBelow(root: string, path: string, text: string | null): Promise<void> {
  await mkdir(join(root, dirname(path)), { recursive: true })
  // Root reads a file of any mode, but nobody a folder.
  await (text === null ? mkdir(join(root, path)) : writeFile(join(root, path), text))
}

async function makeBlockDevice(root: string, name: string, device: BlockDevice): Promise<void> {
  const folder = join(root, 'sys/devices', name)
  const link = (from: string) => symlink(folder, join(root, from))
  await mkdir(join(folder, 'slaves'), { recursive: true })
  await link(`sys/class/block/${name}`)
  if (device.number) await link(`sys/dev/block/${device.number}`)
  if (device.dmUuid) await writeFileBelow(folder, 'dm/uuid', `${device.dmUuid}\n`)
  if (device.backingDevice) await writeFileBelow(folder, 'backing_dev', `${device.backingDevice}\n`)
  for (const slave of device.slaves ?? []) {
    await symlink(join(root, 'sys/devices', slave), join(folder, 'slaves', slave))
  }
}

/** @returns the root, and how to be rid of it */
export async function makeSystemTree(tree: SystemTree): Promise<{ root: string; remove(): Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), 'kiosk-system-'))
  for (const folder of ['proc', 'sys/class/block', 'sys/dev/block'])
    await mkdir(join(root, folder), { recursive: true })
  for (const [path, text] of Object.entries(tree.files)) await writeFileBelow(root, path, text)
  for (const [name, device] of Object.entries(tree.blockDevices ?? {})) await makeBlockDevice(root, name, device)
  return { root, remove: () => rm(root, { recursive: true }) }
}
