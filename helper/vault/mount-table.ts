/** The mounts that this process sees, from /proc/self/mountinfo. Never guesses: a path without a known mount has none. */
import { readSystemText, unescapeKernelPath } from './system-files.ts'

export type Mount = {
  id: string
  parentId: string
  /** `major:minor`; major 0 for file systems without a block device of their own, btrfs among them. */
  device: string
  /** Which folder of the file system is mounted there. */
  root: string
  mountPoint: string
  fileSystem: string
  /** Those of the file system, the same for all its mounts. */
  superOptions: readonly string[]
}

/** One line of proc_pid_mountinfo(5): six fields, any number of optional ones, a lone hyphen, three more. */
function parseMount(line: string): Mount | null {
  const hyphen = line.indexOf(' - ')
  const [id, parentId, device, root, mountPoint] = line.slice(0, hyphen).split(' ')
  const [fileSystem, , ...superOptions] = line.slice(hyphen + 3).split(' ')
  if (hyphen < 0 || !id || !parentId || !device || !root || !mountPoint || !fileSystem) return null
  return {
    id,
    parentId,
    device,
    root: unescapeKernelPath(root),
    mountPoint: unescapeKernelPath(mountPoint),
    fileSystem,
    superOptions: superOptions.join(' ').split(','),
  }
}

/** @param path of a `mountinfo` file */
export async function readMountTable(path: string): Promise<Mount[]> {
  const lines = (await readSystemText(path)).split('\n')
  return lines.map(parseMount).filter((mount) => mount !== null)
}

/** `/`, `/run`, `/run/user` and so on, down to the path itself. */
function placesTo(path: string): string[] {
  const names = path.split('/').filter(Boolean)
  return ['/', ...names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)]
}

/**
 * The mount that a path lies on: found as the kernel finds it, from the root down, at each folder up through all that is
 * stacked there. The longest mount point alone would not do: a later mount further up may hide it.
 *
 * @param path absolute, without links
 */
export function findMount(mounts: readonly Mount[], path: string): Mount | null {
  const ids = new Set(mounts.map(({ id }) => id))
  // The root's own parent is outside what this process sees, or is the root itself.
  let found = mounts.findLast(
    ({ mountPoint, id, parentId }) => mountPoint === '/' && (parentId === id || !ids.has(parentId)),
  )
  const left = new Set(mounts)
  for (const place of placesTo(path)) {
    for (let above = found; above; ) {
      left.delete(above)
      found = above
      const { id } = above
      above = mounts.findLast((mount) => left.has(mount) && mount.parentId === id && mount.mountPoint === place)
    }
  }
  return found ?? null
}
