/** What crosses between the shell's main process and its page as `window.kiosk`. Never a token, never a free-form channel. */
import { z } from 'zod'
import { type Command, commandResultSchema, commandSchema } from './commands.ts'
import { kioskSnapshotSchema, paintedSchema } from './session-state.ts'

/**
 * What the page draws. Without the helper there is no truth to show, so `unlinked` carries nothing of the past:
 * an old QR must never stay on the glass.
 */
export const kioskViewSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('unlinked'), everLinked: z.boolean() }),
  z.strictObject({ kind: z.literal('linked'), snapshot: kioskSnapshotSchema }),
])
export type KioskView = z.infer<typeof kioskViewSchema>

/** The page's report of a paint; the shell adds the time. */
export const paintReportSchema = paintedSchema.omit({ atEpochMs: true })
export type PaintReport = z.infer<typeof paintReportSchema>

/** IPC channels of the bridge: the page invokes the first group, the main process sends the second. */
export const BRIDGE_CHANNELS = {
  getView: { channel: 'kiosk:get-view', params: z.tuple([]), result: kioskViewSchema },
  send: { channel: 'kiosk:send', params: z.tuple([commandSchema]), result: commandResultSchema },
  painted: { channel: 'kiosk:painted', params: z.tuple([paintReportSchema]), result: z.undefined() },
} as const
export const VIEW_CHANGED_CHANNEL = 'kiosk:view-changed'

/** `window.kiosk`, the whole of what the page can do. */
export type KioskBridge = {
  getView(): Promise<KioskView>
  /** Calls back with every later view; answers how to stop. */
  onView(listener: (view: KioskView) => void): () => void
  send(command: Command): Promise<z.infer<typeof commandResultSchema>>
  painted(report: PaintReport): Promise<void>
}
