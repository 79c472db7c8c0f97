/** Who belongs to a process: itself and everything that it started. Linux only. */
import { readdir, readFile } from 'node:fs/promises'

/** @returns process ids, the given one first */
export async function processFamily(processId: number): Promise<number[]> {
  const parents = new Map<number, number>()
  for (const name of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
    // proc(5): the parent stands behind the name in brackets and the state. What has just ended has no children.
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    parents.set(Number(name), Number(/\) . (\d+)/.exec(stat)?.[1]))
  }
  const family = [processId]
  for (const parent of family) for (const [child, of] of parents) if (of === parent) family.push(child)
  return family
}
