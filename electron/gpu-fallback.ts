/** Gives up the GPU after it was lost too often, until the next day. Never more than once: without it there is nothing left to give up. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from 'electron'
import { z } from 'zod'
import type { Incidents } from './incidents.ts'
import { logEvent, reportFault } from './shell-log.ts'

// Chromium itself ends the whole shell at the sixth loss: "GPU process isn't usable. Goodbye."
const LOSS_LIMIT = 5
const LOSS_WINDOW_MS = 10 * 60_000
const WITHOUT_GPU_MS = 24 * 3_600_000

/** On disk, because the decision falls in one process and counts for the next. */
const gpuRecordSchema = z.strictObject({ lossesAtEpochMs: z.array(z.number()), withoutGpuUntilEpochMs: z.number() })
export type GpuRecord = z.infer<typeof gpuRecordSchema>

export const NO_GPU_LOSSES: GpuRecord = { lossesAtEpochMs: [], withoutGpuUntilEpochMs: 0 }

/** A clock that was set back must not keep the GPU away for longer than a day. */
export function isWithoutGpu({ withoutGpuUntilEpochMs }: GpuRecord, nowEpochMs: number): boolean {
  return nowEpochMs < withoutGpuUntilEpochMs && withoutGpuUntilEpochMs - nowEpochMs <= WITHOUT_GPU_MS
}

/** Pure: the record after one more loss. */
export function countGpuLoss(record: GpuRecord, nowEpochMs: number): GpuRecord {
  if (isWithoutGpu(record, nowEpochMs)) return record
  const isRecent = (atEpochMs: number) => Math.abs(nowEpochMs - atEpochMs) < LOSS_WINDOW_MS
  const lossesAtEpochMs = [...record.lossesAtEpochMs.filter(isRecent), nowEpochMs]
  if (lossesAtEpochMs.length < LOSS_LIMIT) return { ...record, lossesAtEpochMs }
  return { lossesAtEpochMs: [], withoutGpuUntilEpochMs: nowEpochMs + WITHOUT_GPU_MS }
}

const pathOf = (app: App) => join(app.getPath('userData'), 'gpu-losses.json')

function readRecord(app: App): GpuRecord {
  try {
    return gpuRecordSchema.parse(JSON.parse(readFileSync(pathOf(app), 'utf8')))
  } catch {
    // None yet, or half written by a machine that lost power: the GPU gets another chance.
    return NO_GPU_LOSSES
  }
}

/** Call before the app is ready. */
export function chooseGpu(app: App): void {
  if (!isWithoutGpu(readRecord(app), Date.now())) return
  app.disableHardwareAcceleration()
  logEvent('screen.without-gpu', { reason: 'the GPU process was lost too often' })
}

/** @param endShell called when the next shell should go without a GPU */
export function watchGpu(app: App, incidents: Incidents, endShell: () => void): void {
  app.on('child-process-gone', (_event, { type, reason }) => {
    if (type !== 'GPU' || reason === 'clean-exit') return
    incidents.note('gpu-gone', reason)
    const before = readRecord(app)
    const after = countGpuLoss(before, Date.now())
    try {
      if (after !== before) writeFileSync(pathOf(app), JSON.stringify(after))
    } catch (error) {
      // Without the record the next shell would lose the GPU again, and end again.
      reportFault('the loss of the GPU process cannot be recorded', error)
      return
    }
    if (after.withoutGpuUntilEpochMs !== before.withoutGpuUntilEpochMs) endShell()
  })
}
