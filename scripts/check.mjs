/** `npm run check`: everything that must be green before a commit, each with its time; stops nothing at the first fault. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')

const CHECKS = [
  ['types', 'tsc', '--build'],
  ['lint and format', 'biome', 'ci', '--colors=off', '--error-on-warnings', '.'],
  ['dependency rule', 'depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'err', '.'],
  ['dead code', 'knip'],
  ['unit tests', 'vitest', 'run', '--project', 'unit'],
]

let failed = 0
for (const [what, command, ...args] of CHECKS) {
  const startedAtMs = performance.now()
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(1)
  if (status === 0) {
    console.log(`ok      ${what} (${seconds} s)`)
  } else {
    failed += 1
    console.log(`${stdout ?? ''}${stderr ?? ''}`)
    console.log(`FAILED  ${what} (${seconds} s)`)
  }
}
process.exit(failed === 0 ? 0 : 1)
