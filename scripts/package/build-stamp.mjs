/** Which version this is, of which commit, and the one moment that every file of a package bears. Only looks. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..', '..')

function git(...args) {
  const { status, stdout } = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' })
  return status === 0 ? stdout.trim() : null
}

function findReason(environment, isChanged) {
  if (environment.KIOSK_PACKAGE_VERSION !== undefined) return 'KIOSK_PACKAGE_VERSION is set, which is for drills'
  return isChanged ? 'the checkout has changes that are in no commit' : null
}

/**
 * `SOURCE_DATE_EPOCH` as https://reproducible-builds.org/specs/source-date-epoch/ has it, else the commit's own moment.
 *
 * `KIOSK_PACKAGE_VERSION` is for drills of an update, which need two versions of the same sources.
 *
 * @throws Error where a moment is given that is none
 * @returns {{ version: string, notForRelease: string | null, commit: string | null, builtAtEpochSeconds: number }}
 */
export function readBuildStamp(environment = process.env) {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const given = environment.SOURCE_DATE_EPOCH
  if (given !== undefined && !/^\d+$/.test(given))
    throw new Error(`SOURCE_DATE_EPOCH is "${given}": whole seconds since 1970`)
  const commit = git('rev-parse', 'HEAD')
  const isChanged = git('status', '--porcelain') !== ''
  return {
    version: environment.KIOSK_PACKAGE_VERSION ?? version,
    /** Why nobody may be given this as a release, or null. */
    notForRelease: findReason(environment, isChanged),
    commit: commit === null ? null : `${commit}${isChanged ? '-changed' : ''}`,
    builtAtEpochSeconds: Number(given ?? git('log', '-1', '--format=%ct') ?? 0),
  }
}
