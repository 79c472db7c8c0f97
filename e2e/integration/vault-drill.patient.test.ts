import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const DRILL = join(import.meta.dirname, '..', 'vault-drill.ts')

it.runIf(process.platform === 'linux')(
  'plays each vault drill a few times, without a leak and without a loss',
  { timeout: 240_000 },
  async () => {
    const command = [DRILL, '--quick', '--lanes', '3']
    const { stdout } = await promisify(execFile)(process.execPath, command, { timeout: 220_000 }).catch(
      (failure: { stdout: string; stderr: string }) => failure,
    )
    console.log(stdout)
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^\d{2} drills, 0 leaks, 0 lost$/)
  },
)
