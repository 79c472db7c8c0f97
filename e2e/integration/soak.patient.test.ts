import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const SOAK = join(import.meta.dirname, '..', 'soak.ts')

it.runIf(process.platform === 'linux')(
  'plays six people at one kiosk and looks at the memory of each of its processes',
  { timeout: 180_000 },
  async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [SOAK, '--quick'], { timeout: 170_000 })
    console.log(stdout)
    const names = stdout.split('\n').map((line) => line.split(/ {2,}/)[0])
    expect(names).toEqual(
      expect.arrayContaining(['helper', 'PM2', 'shell main', 'shell gpu-process', 'shell renderer']),
    )
    expect(stdout.trim().split('\n').at(-1)).toBe('6 cycles, none grows by 20 kB a cycle')
  },
)
