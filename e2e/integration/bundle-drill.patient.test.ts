import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const DRILL = join(import.meta.dirname, '..', 'bundle-drill.ts')

it.runIf(process.platform === 'linux')(
  'takes over what has changed in a signed bundle, and refuses what nobody vouches for, in whatever state',
  { timeout: 180_000 },
  async () => {
    const command = [DRILL, '--quick']
    const { stdout } = await promisify(execFile)(process.execPath, command, { timeout: 170_000 }).catch(
      (failure: { stdout: string; stderr: string }) => failure,
    )
    expect(stdout.trim().split('\n').at(-1), stdout).toBe('6 as expected, 0 not')
  },
)
