/** Who may change a bundle that no signature guards. Only looks. Its group is an administrator's choice, and `bundle check` warns of it. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { OPERATOR_HINTS } from '../../contract/operator-hints.ts'
import type { ProvisioningProblem } from '../../contract/session-state.ts'

const WRITABLE_BY_OTHERS = 0o002

/**
 * @param account the helper's; undefined on Windows, whose files have no modes
 * @returns what others than root and the helper's account may change
 */
export async function findWritable(
  folder: string,
  names: readonly string[],
  account: number | undefined,
): Promise<ProvisioningProblem[]> {
  if (account === undefined) return []
  const paths = [folder, ...names.map((name) => join(folder, name))]
  const found = await Promise.all(paths.map(async (path) => ({ path, stats: await stat(path).catch(() => null) })))
  return found.flatMap(({ path, stats }) => {
    // What has just gone is found by the next look.
    if (!stats) return []
    const isForeign = stats.uid !== 0 && stats.uid !== account
    if (!isForeign && !(stats.mode & WRITABLE_BY_OTHERS)) return []
    const mode = `has mode ${(stats.mode & 0o7777).toString(8)}`
    const what = isForeign
      ? `belongs to account ${stats.uid}, which may change it`
      : `${mode}, so that everybody may change it`
    return [{ code: 'bundle-writable' as const, where: path, what, remedy: OPERATOR_HINTS['bundle-writable'].remedy }]
  })
}
