import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { findNginx } from '../../demo/gateway/find-nginx.ts'

const DRILL = join(import.meta.dirname, '..', 'attestation-drill.ts')

it.runIf(process.platform === 'linux' && findNginx() !== null)(
  'keeps a session whose certificate is replaced, and ends one whose device is turned away',
  { timeout: 180_000 },
  async () => {
    const command = [DRILL, '--quick']
    const { stdout } = await promisify(execFile)(process.execPath, command, { timeout: 170_000 }).catch(
      (failure: { stdout: string; stderr: string }) => failure,
    )
    expect(stdout.trim().split('\n').at(-1), stdout).toBe('4 as expected, 0 not')
  },
)
