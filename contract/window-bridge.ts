/** What crosses between the shell's main process and its page as `window.kiosk`. Never a token, never a free-form channel. */
import { z } from 'zod'
import {
  GET_VIEW_CHANNEL,
  PAINTED_CHANNEL,
  SEND_CHANNEL,
  TECHNICIAN_ACT_CHANNEL,
  TECHNICIAN_ANSWER_CHANNEL,
  TECHNICIAN_CHALLENGE_CHANNEL,
} from './bridge-channels.ts'
import { COMMAND_ROLES, type Command, type CommandResult, commandResultSchema, commandSchema } from './commands.ts'
import { kioskSnapshotSchema, paintedSchema } from './session-state.ts'
import {
  type TechnicianAct,
  type TechnicianActResult,
  type TechnicianChallengeResult,
  type TechnicianTry,
  type TechnicianTryResult,
  technicianActResultSchema,
  technicianActSchema,
  technicianChallengeResultSchema,
  technicianTryResultSchema,
  technicianTrySchema,
} from './technician-access.ts'

/**
 * What the page draws. Without the helper there is no truth to show, so `unlinked` carries nothing of the past:
 * an old QR must never stay on the glass. Over a restart that the helper has announced, `linked` stays for seconds; it
 * announces none while a code is shown.
 */
const kioskViewSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('unlinked'), everLinked: z.boolean() }),
  z.strictObject({ kind: z.literal('linked'), snapshot: kioskSnapshotSchema }),
])
export type KioskView = z.infer<typeof kioskViewSchema>

/** The page's report of a paint; the shell adds the time. */
const paintReportSchema = paintedSchema.omit({ atEpochMs: true })
type PaintReport = z.infer<typeof paintReportSchema>

const screenCommandSchema = commandSchema.refine(({ kind }) => COMMAND_ROLES[kind].includes('shell'), {
  error: 'is no command of the screen',
})

/** What the page invokes, each with the schema of what goes in and what comes back. */
export const BRIDGE_CALLS = {
  getView: { channel: GET_VIEW_CHANNEL, params: z.tuple([]), result: kioskViewSchema },
  send: { channel: SEND_CHANNEL, params: z.tuple([screenCommandSchema]), result: commandResultSchema },
  painted: { channel: PAINTED_CHANNEL, params: z.tuple([paintReportSchema]), result: z.void() },
  askTechnicianChallenge: {
    channel: TECHNICIAN_CHALLENGE_CHANNEL,
    params: z.tuple([]),
    result: technicianChallengeResultSchema,
  },
  answerTechnicianChallenge: {
    channel: TECHNICIAN_ANSWER_CHANNEL,
    params: z.tuple([technicianTrySchema]),
    result: technicianTryResultSchema,
  },
  actAsTechnician: {
    channel: TECHNICIAN_ACT_CHANNEL,
    params: z.tuple([technicianActSchema]),
    result: technicianActResultSchema,
  },
} as const

/** `window.kiosk`, the whole of what the page can do. */
export type KioskBridge = {
  getView(): Promise<KioskView>
  /** Calls back with every later view; answers how to stop. */
  onView(listener: (view: KioskView) => void): () => void
  send(command: Command): Promise<CommandResult>
  painted(report: PaintReport): Promise<void>
  askTechnicianChallenge(): Promise<TechnicianChallengeResult>
  answerTechnicianChallenge(given: TechnicianTry): Promise<TechnicianTryResult>
  /** An accepted `leave-kiosk` or `restart-screen` ends the page with its shell. */
  actAsTechnician(act: TechnicianAct): Promise<TechnicianActResult>
  /** Calls back when somebody presses the support overlay's shortcut; answers how to stop. */
  onSupportRequested(listener: () => void): () => void
}
