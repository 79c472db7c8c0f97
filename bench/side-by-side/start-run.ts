/** Measure 4: from the helper's start to its first code, against the time that Node takes to start at all. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startHelperProcess } from '../../demo/helper-process.ts'
import { readKioskState } from '../../demo/kiosk-watch.ts'
import { makeWorkFolders, type WorkFolders } from '../../demo/work-folders.ts'
import { openBenchServer } from './bench-server.ts'
import { writeBenchBundle } from './helper-client.ts'
import { openThings } from './open-things.ts'
import { median } from './statistics.ts'

export type StartMeasure = { nodeMs: number; coldMs: number; warmMs: number }

const LOOK_MS = 50

async function timeNode(): Promise<number> {
  const startedAtMs = performance.now()
  await once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit')
  return performance.now() - startedAtMs
}

/** Read from the helper's own clock, so that looking at it does not count. */
async function timeHelper(folders: WorkFolders): Promise<number> {
  const startedAtEpochMs = performance.timeOrigin + performance.now()
  const helper = await startHelperProcess(folders)
  try {
    for (;;) {
      const snapshot = await readKioskState(folders.runtime)
      if (snapshot?.session.kind === 'awaitingApproval') {
        const { clock, session } = snapshot
        return clock.epochMs - (clock.monotonicMs - session.issuedAtMs) - startedAtEpochMs
      }
      await sleep(LOOK_MS)
    }
  } finally {
    await helper.stop()
  }
}

/** Medians of so many runs, of each kind in turn so that the machine's moods meet all alike. */
export async function measureStarts(roundTripMs: number, runs: number): Promise<StartMeasure> {
  const server = await openBenchServer({ intervalSeconds: 5 }, { roundTripMs })
  const folders = await makeWorkFolders()
  const warmFolders = await makeWorkFolders()
  for (const { remove } of [folders, warmFolders]) openThings.add(remove)
  const times = { node: [] as number[], cold: [] as number[], warm: [] as number[] }
  try {
    for (const { bundle } of [folders, warmFolders]) await writeBenchBundle(bundle, server.address)
    await timeHelper(warmFolders)
    for (let run = 0; run < runs; run++) {
      times.node.push(await timeNode())
      // All that a helper keeps over a restart without a session.
      await rm(join(folders.runtime, 'provider.json'), { force: true })
      times.cold.push(await timeHelper(folders))
      times.warm.push(await timeHelper(warmFolders))
    }
    return { nodeMs: median(times.node), coldMs: median(times.cold), warmMs: median(times.warm) }
  } finally {
    await folders.remove()
    await warmFolders.remove()
    await server.close()
  }
}
