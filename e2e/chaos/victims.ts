/** Whom the chaos run kills, and how each is found. Kills only what belongs to the kiosk that it was given. */
import { setTimeout as sleep } from 'node:timers/promises'
import { listKioskProcesses } from '../kiosk-family.ts'
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

async function processesOfType({ processes }: ChaosKiosk, type: string): Promise<number[]> {
  const listed = await listKioskProcesses(processes)
  return listed.filter(({ name }) => name === `shell ${type}`).map(({ processId }) => processId)
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
