/** Measure 5: what a client's process keeps in memory after many polls of one code. Linux only. */
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { forEachClient, type PerClient } from './bench-client.ts'
import { BENCH_CLIENTS } from './bench-clients.ts'
import { openBenchServer } from './bench-server.ts'
import { countPolls, type PollCount, pollsOf } from './poll-gaps.ts'

const INTERVAL_SECONDS = 1
const CODE_LIFETIME_SECONDS = 3_600
/** The shell's loop waits five seconds whatever the interval: it gets as far as it gets. */
const LIMIT_MS = 560_000
const LOOK_MS = 1_000

export type MemoryMeasure = PollCount & { residentBytes: number; peakBytes: number }

function readKilobytes(status: string, field: string): number {
  const [, kilobytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? []
  return Number(kilobytes)
}

async function readMemory(processId: number): Promise<{ residentBytes: number; peakBytes: number }> {
  const status = await readFile(`/proc/${processId}/status`, 'utf8')
  return { residentBytes: readKilobytes(status, 'VmRSS') * 1024, peakBytes: readKilobytes(status, 'VmHWM') * 1024 }
}

/** Lets every client poll one code that nobody approves. */
export async function measureMemory(polls: number, signal: AbortSignal): Promise<PerClient<MemoryMeasure>> {
  const server = await openBenchServer({
    intervalSeconds: INTERVAL_SECONDS,
    codeLifetimeSeconds: CODE_LIFETIME_SECONDS,
  })
  const endsAtMs = performance.now() + LIMIT_MS
  try {
    return await forEachClient(async (name) => {
      const running = await BENCH_CLIENTS[name].start(server.address, { signIns: 1 })
      try {
        const code = await running.next(signal)
        if (code.kind !== 'code') throw new Error(`${name} shows no code`)
        const seen = () => pollsOf(server.provider.requests, code.userCode)
        while (seen().length < polls && performance.now() < endsAtMs) await sleep(LOOK_MS, undefined, { signal })
        return { ...countPolls(seen(), INTERVAL_SECONDS), ...(await readMemory(running.processId)) }
      } finally {
        await running.close()
      }
    })
  } finally {
    await server.close()
  }
}
