/** Whether what lies in memory stays there: swap, hibernation, and what keeps either away. Never trusts what it cannot read. */
import { realpath } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { KioskError } from '../../contract/kiosk-error.ts'
import { findMount, type Mount, readMountTable } from './mount-table.ts'
import { readActiveSwap } from './swap-devices.ts'
import { readSystemFile, readSystemText } from './system-files.ts'

export type MemoryPosture = {
  fileSystem: 'tmpfs' | 'ramfs'
  /** The mount can never be swapped out: ramfs, or tmpfs with `noswap`. */
  noswap: boolean
  /** Of the swap that is active now; swap in memory (zram) counts as none. */
  swap: 'none' | 'encrypted' | 'unencrypted'
  /** This process's own memory: never, where its control group or one above it has a `memory.swap.max` of 0. */
  processSwap: 'never' | 'possible'
  /** Possible, where the kernel can and there is a swap that would take the image. */
  hibernation: 'off' | 'possible'
}

/** `noswap` came with Linux 6.4. */
function isNoswap(mount: Mount | null): boolean {
  return mount?.fileSystem === 'tmpfs' && mount.superOptions.includes('noswap')
}

/** From the process's own group up to the topmost that its mount shows. */
function controlGroupFolders(groupPath: string, { root, mountPoint }: Mount): string[] {
  const path = relative(root, groupPath)
  // A group outside the mount's root, or the namespace's, cannot be looked at from here.
  if (groupPath.split('/').includes('..') || path.split('/').includes('..')) return []
  const names = path.split('/')
  return names.map((_, index) => join(mountPoint, ...names.slice(0, names.length - index))).concat(mountPoint)
}

/** Limits hold for all groups below (cgroup v2); a hybrid system keeps memory's limits in v1, where this file is missing. */
async function readProcessSwap(systemRoot: string, mounts: readonly Mount[]): Promise<MemoryPosture['processSwap']> {
  const membership = await readSystemText(join(systemRoot, 'proc/self/cgroup'))
  const groupPath = /^0::(\/.*)$/m.exec(membership)?.[1]
  const mount = mounts.find(({ fileSystem }) => fileSystem === 'cgroup2')
  if (groupPath === undefined || !mount) return 'possible'
  for (const folder of controlGroupFolders(groupPath, mount)) {
    if ((await readSystemText(join(systemRoot, folder, 'memory.swap.max'))) === '0') return 'never'
  }
  return 'possible'
}

/** /sys/power/state lists what the kernel can; /sys/power/disk says `[disabled]` under lockdown or `nohibernate`. */
async function canHibernate(systemRoot: string): Promise<boolean> {
  const state = await readSystemFile(join(systemRoot, 'sys/power/state'))
  if (state.kind === 'absent') return false
  if (state.kind === 'read' && !state.text.trim().split(/\s+/).includes('disk')) return false
  const disk = await readSystemFile(join(systemRoot, 'sys/power/disk'))
  if (disk.kind === 'absent') return false
  return disk.kind === 'unreadable' || !disk.text.includes('[disabled]')
}

/**
 * @param folder on the file system that `checkMemoryFolder` found
 * @param systemRoot the folder below which proc and sys lie
 */
export async function readMemoryPosture(
  folder: string,
  fileSystem: 'tmpfs' | 'ramfs',
  systemRoot = '/',
): Promise<MemoryPosture> {
  const mounts = await readMountTable(join(systemRoot, 'proc/self/mountinfo'))
  const { swap, takesHibernation } = await readActiveSwap(systemRoot, mounts)
  // The kernel lists mount points without links, such as /run for /var/run.
  const realFolder = await realpath(folder).catch(() => folder)
  return {
    fileSystem,
    noswap: fileSystem === 'ramfs' || isNoswap(findMount(mounts, realFolder)),
    swap,
    processSwap: await readProcessSwap(systemRoot, mounts),
    hibernation: takesHibernation && (await canHibernate(systemRoot)) ? 'possible' : 'off',
  }
}

/** @returns the worst fault, `vault-hibernation` or `vault-swappable`, or null where nothing reaches a disk in the clear */
export function postureFault(posture: MemoryPosture): KioskError | null {
  if (posture.swap !== 'unencrypted') return null
  if (posture.hibernation === 'possible') {
    return new KioskError(
      'vault-hibernation',
      'this machine can hibernate, and /proc/swaps has a swap without encryption: all of its memory would go there',
    )
  }
  const exposed = [
    posture.noswap ? [] : ['the vault’s file system is mounted without noswap'],
    posture.processSwap === 'never' ? [] : ['the helper’s own memory may be swapped (memory.swap.max is not 0)'],
  ].flat()
  if (exposed.length === 0) return null
  return new KioskError('vault-swappable', `${exposed.join(', and ')}: /proc/swaps has a swap without encryption`)
}
