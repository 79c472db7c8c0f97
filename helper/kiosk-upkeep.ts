/** Ends the helper where its memory or its vault wants a fresh one: planned while nobody is disturbed, at once where the vault is unsafe. */
import type { KioskConfig } from '../contract/kiosk-config.ts'
import type { KioskClock } from './kiosk-clock.ts'
import type { Log } from './log.ts'
import type { Supervision } from './supervision.ts'
import { startUpkeep, type Upkeep } from './upkeep.ts'
import { watchVault } from './vault/check-vault.ts'

export function startKioskUpkeep(options: {
  config: KioskConfig
  memoryLimitBytes: number
  vaultFolder: string
  canHandOver: boolean
  isRevoking: () => boolean
  clock: KioskClock
  supervision: Supervision
  log: Log
}): Upkeep {
  const { config, memoryLimitBytes, vaultFolder, canHandOver, isRevoking, clock, supervision, log } = options
  const { forgetAfterSeconds } = config.vault
  const upkeep = startUpkeep({
    nowMs: clock.nowMs,
    memoryLimitBytes,
    forgetAfterMs: forgetAfterSeconds === null ? null : forgetAfterSeconds * 1000,
    canHandOver,
    isRevoking,
    // Node's `--expose-gc`; without it a collection comes when V8 thinks fit.
    collectGarbage: () => void globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' }),
    onDue: (reason, residentBytes) => {
      log.info({ event: 'helper.upkeep', reason, residentBytes })
      supervision.end(reason, { exitCode: 0, planned: true })
    },
  })
  watchVault(vaultFolder, { isDevelopment: config.development }, (problem) => {
    log.error({ problem }, 'the vault is no safe place any more')
    supervision.end(problem.code, { exitCode: 0, planned: false })
  })
  return upkeep
}
