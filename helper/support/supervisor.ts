/** Who starts the helper again: PM2, and the systemd unit that runs PM2. Never asks either; it reads what they left in this process. */
import { readSystemText } from '../vault/system-files.ts'
import type { CheckOutcome } from './check-run.ts'

export type Supervisor = {
  /** A supervisor holds this process's IPC channel and has numbered it. */
  hasPm2: boolean
  /** Such as `digital-receptionist-helper.service`; null without one, and where there is no systemd. */
  unit: string | null
}

/** @param cgroup text of `/proc/self/cgroup`; a login session's own services are `user@…`, and die with it */
export function readUnit(cgroup: string): string | null {
  const path = /^0::(\/.*)$/m.exec(cgroup)?.[1] ?? ''
  const names = path.split('/').filter((name) => name.endsWith('.service'))
  return names.some((name) => name.startsWith('user@')) ? null : (names.at(-1) ?? null)
}

export async function findSupervisor(environment: NodeJS.ProcessEnv = process.env): Promise<Supervisor> {
  const hasPm2 = process.connected === true && (environment.pm_id ?? environment.PM_ID) !== undefined
  return { hasPm2, unit: readUnit(await readSystemText('/proc/self/cgroup')) }
}

/** @param isDevelopment on a developer's machine nothing has to come back after a power cut */
export function judgeSupervisor(
  { hasPm2, unit }: Supervisor,
  { isDevelopment, platform = process.platform }: { isDevelopment: boolean; platform?: NodeJS.Platform },
): CheckOutcome {
  if (!hasPm2) return { state: 'failed', code: 'helper-unsupervised', found: unit ?? 'no PM2' }
  if (unit !== null) return { state: 'ok', found: `PM2 in ${unit}` }
  if (isDevelopment || platform !== 'linux') return { state: 'ok', found: 'PM2' }
  return { state: 'warning', code: 'helper-unit-missing', found: 'PM2, but no unit' }
}
