/** What the active swap means for secrets: memory, a disk with encryption, or a disk. Whatever is not known is a disk. */
import { realpath } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { findMount, type Mount } from './mount-table.ts'
import { listSystemFolder, readSystemFile, readSystemText, unescapeKernelPath } from './system-files.ts'

type Medium = 'memory' | 'encrypted' | 'unencrypted'

export type ActiveSwap = {
  /** Of all of it; memory counts as none. */
  swap: 'none' | 'encrypted' | 'unencrypted'
  /** Whether any of it could take a hibernation's image, which zram cannot. */
  takesHibernation: boolean
}

const UNKNOWN_SWAP: ActiveSwap = { swap: 'unencrypted', takesHibernation: true }

/** cryptsetup's names for what encrypts. Its dm-verity and dm-integrity devices begin with CRYPT- too and do not. */
const ENCRYPTING_UUID = /^CRYPT-(LUKS1|LUKS2|PLAIN|LOOPAES|TCRYPT|BITLK|FVAULT2)-/

const ZRAM_NAME = /^zram\d+$/

function worst(media: readonly Medium[]): Medium {
  if (media.includes('unencrypted')) return 'unencrypted'
  return media.includes('encrypted') ? 'encrypted' : 'memory'
}

/** How /sys calls a device: the `/` of a name like `/dev/cciss/c0d0` is a `!` there. */
function classFolder(systemRoot: string, devicePath: string): string | null {
  const name = devicePath.startsWith('/dev/') ? devicePath.slice('/dev/'.length).replaceAll('/', '!') : ''
  return name === '' ? null : join(systemRoot, 'sys/class/block', name)
}

/** zram may write what does not compress to a disk, where the kernel is built for it and a disk was named. */
async function zramMedium(systemRoot: string, folder: string, above: readonly string[]): Promise<Medium> {
  const backing = await readSystemFile(join(folder, 'backing_dev'))
  if (backing.kind === 'unreadable') return 'unencrypted'
  if (backing.kind === 'absent' || backing.text.trim() === 'none') return 'memory'
  const backingFolder = classFolder(systemRoot, backing.text.trim())
  return backingFolder === null ? 'unencrypted' : deviceMedium(systemRoot, backingFolder, above)
}

/**
 * A device encrypts by itself, or everything below it does, such as LVM over LUKS.
 *
 * @param folder of the device in /sys; may be a link
 * @param above the devices that led here, so that a loop of them ends
 */
async function deviceMedium(systemRoot: string, folder: string, above: readonly string[] = []): Promise<Medium> {
  const device = await realpath(folder).catch(() => null)
  if (device === null || above.includes(device)) return 'unencrypted'
  const path = [...above, device]
  if (ZRAM_NAME.test(basename(device))) return zramMedium(systemRoot, device, path)
  if (ENCRYPTING_UUID.test(await readSystemText(join(device, 'dm/uuid')))) return 'encrypted'
  const below = await listSystemFolder(join(device, 'slaves'))
  if (below.length === 0) return 'unencrypted'
  return worst(await Promise.all(below.map((name) => deviceMedium(systemRoot, join(device, 'slaves', name), path))))
}

/** One line of /proc/swaps: a path, `partition` for any block device or `file`, and numbers. */
async function swapMedium(systemRoot: string, mounts: readonly Mount[], line: string): Promise<Medium> {
  const [escapedPath = '', type] = line.split(/\s+/)
  const path = unescapeKernelPath(escapedPath)
  if (type === 'partition') {
    const folder = classFolder(systemRoot, path)
    return folder === null ? 'unencrypted' : deviceMedium(systemRoot, folder)
  }
  const mount = type === 'file' ? findMount(mounts, path) : null
  // btrfs and the like may span several disks and name none of them (major 0): nothing can be proved there.
  if (!mount || mount.device.startsWith('0:')) return 'unencrypted'
  return deviceMedium(systemRoot, join(systemRoot, 'sys/dev/block', mount.device))
}

/** @param systemRoot the folder below which proc and sys lie */
export async function readActiveSwap(systemRoot: string, mounts: readonly Mount[]): Promise<ActiveSwap> {
  const swaps = await readSystemFile(join(systemRoot, 'proc/swaps'))
  if (swaps.kind === 'absent') {
    // A kernel without swap has no such file; a mount of /proc that shows processes only (ProcSubset=pid) hides it.
    const meminfo = await readSystemFile(join(systemRoot, 'proc/meminfo'))
    return meminfo.kind === 'read' ? { swap: 'none', takesHibernation: false } : UNKNOWN_SWAP
  }
  if (swaps.kind === 'unreadable') return UNKNOWN_SWAP
  const [heading = '', ...lines] = swaps.text.trim().split('\n')
  if (!heading.startsWith('Filename')) return UNKNOWN_SWAP
  const media = await Promise.all(lines.map((line) => swapMedium(systemRoot, mounts, line)))
  const medium = worst(media)
  return {
    swap: medium === 'memory' ? 'none' : medium,
    takesHibernation: lines.some((line) => !/^\/dev\/zram\d+\s/.test(line)),
  }
}
