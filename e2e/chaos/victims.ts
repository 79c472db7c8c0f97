/** Whom the chaos run kills, and how each is found. Kills only what belongs to the kiosk that it was given. */
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { processFamily } from '../../demo/process-family.ts'
import type { ChaosKiosk } from './chaos-kiosk.ts'

export const VICTIM_NAMES = ['helper', 'shell', 'renderer', 'gpu', 'provider', 'pm2'] as const
export type VictimName = (typeof VICTIM_NAMES)[number]

/** How long the provider stays away: long enough for polls and requests to meet it. */
const PROVIDER_AWAY_MS = 3_000

export type Victim = {
  /** @returns since when the screen should come right, on `performance.now()`; of the provider, since it is back */
  kill(kiosk: ChaosKiosk): Promise<number>
  /** Whose state counts afterwards: with a new helper an old snapshot says nothing. */
  replacesHelper: boolean
  /** Whether a session that went on would be one that somebody else could inherit. */
  endsSession: boolean
}

/** The processes of Chromium of this type, below the shell. */
async function processesOfType(kiosk: ChaosKiosk, type: string): Promise<number[]> {
  const family = await processFamily(await kiosk.processes.processId('shell'))
  const found: number[] = []
  for (const processId of family) {
    // What has just ended has no command line any more.
    const command = await readFile(`/proc/${processId}/cmdline`, 'utf8').catch(() => '')
    if (command.split('\0').some((word) => word.includes(`--type=${type}`))) found.push(processId)
  }
  return found
}

function killAll(processIds: readonly number[], what: string): number {
  if (processIds.length === 0) throw new Error(`there is no ${what} to kill`)
  const killedAtMs = performance.now()
  for (const processId of processIds) process.kill(processId, 'SIGKILL')
  return killedAtMs
}

export const VICTIMS: Readonly<Record<VictimName, Victim>> = {
  helper: {
    kill: async ({ processes }) => killAll([await processes.processId('helper')], 'helper'),
    replacesHelper: true,
    endsSession: true,
  },
  shell: {
    kill: async ({ processes }) => killAll([await processes.processId('shell')], 'shell'),
    replacesHelper: false,
    endsSession: true,
  },
  renderer: {
    kill: async (kiosk) => killAll(await processesOfType(kiosk, 'renderer'), 'renderer'),
    replacesHelper: false,
    endsSession: true,
  },
  gpu: {
    kill: async (kiosk) => killAll(await processesOfType(kiosk, 'gpu-process'), 'GPU process'),
    replacesHelper: false,
    endsSession: false,
  },
  provider: {
    async kill({ provider }) {
      await provider.setListening(false)
      await sleep(PROVIDER_AWAY_MS)
      await provider.setListening(true)
      return performance.now()
    },
    replacesHelper: false,
    endsSession: false,
  },
  pm2: {
    kill: async ({ processes }) => killAll([processes.supervisorId()], 'god process of PM2'),
    replacesHelper: true,
    endsSession: true,
  },
}
