import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const CHAOS = join(import.meta.dirname, '..', 'chaos.ts')

it.runIf(process.platform === 'linux')(
  'shows the right screen within ten seconds of each of eight kills, and never a white one',
  { timeout: 240_000 },
  async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [CHAOS, '--quick'], {
      timeout: 220_000,
    }).catch((failure: { stdout: string; stderr: string }) => failure)
    console.log(stderr)
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^8 kills, median \d+\.\d s, worst \d\.\d s, 0 white$/)
  },
)
