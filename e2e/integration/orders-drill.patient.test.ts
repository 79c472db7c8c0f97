import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { findMosquitto } from '../../demo/broker/find-mosquitto.ts'

const DRILL = join(import.meta.dirname, '..', 'orders-drill.ts')

it.skipIf(findMosquitto() === null)(
  'neither loses an order nor carries one out twice, whatever happens to broker, network, certificate and helper',
  { timeout: 300_000 },
  async () => {
    const command = [DRILL, '--quick']
    const { stdout } = await promisify(execFile)(process.execPath, command, { timeout: 290_000 }).catch(
      (failure: { stdout: string; stderr: string }) => failure,
    )
    expect(stdout.trim().split('\n').at(-1), stdout).toMatch(/^[45] as expected, 0 not, [01] not played$/)
  },
)
