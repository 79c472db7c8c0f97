/** What crosses between the shell's main process and its page as `window.kiosk`. Never a token, never a free-form channel. */
import { z } from 'zod'
import { type LogoPart, type LogoRequest, logoPartSchema, logoRequestSchema } from './brand.ts'
import {
  GET_LOGO_PART_CHANNEL,
  GET_VIEW_CHANNEL,
  PAINTED_CHANNEL,
  PLACE_APP_CHANNEL,
  SEND_CHANNEL,
  SUPPORT_CHECKS_CHANNEL,
  SUPPORT_DIAGNOSTICS_CHANNEL,
  SUPPORT_STATUS_CHANNEL,
  TECHNICIAN_ACT_CHANNEL,
  TECHNICIAN_ANSWER_CHANNEL,
  TECHNICIAN_CHALLENGE_CHANNEL,
} from './bridge-channels.ts'
import { COMMAND_ROLES, type Command, type CommandResult, commandResultSchema, commandSchema } from './commands.ts'
import { kioskSnapshotSchema, paintedSchema } from './session-state.ts'
import {
  type SupportChecks,
  type SupportChecksRequest,
  type SupportDiagnostics,
  type SupportStatus,
  supportChecksRequestSchema,
  supportChecksSchema,
  supportDiagnosticsSchema,
  supportStatusSchema,
} from './support.ts'
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

/** The hosted app, as the shell sees it: `unreachable` means that it failed, and is being loaded again. */
const appStateSchema = z.enum(['closed', 'opening', 'open', 'unreachable'])
export type AppState = z.infer<typeof appStateSchema>

/**
 * What the page draws. Without the helper there is no truth to show, so `unlinked` carries nothing of the past:
 * an old QR must never stay on the glass. Over a restart that the helper has announced, `linked` stays for seconds; it
 * announces none while a code is shown.
 */
const kioskViewSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('unlinked'), everLinked: z.boolean() }),
  z.strictObject({ kind: z.literal('linked'), snapshot: kioskSnapshotSchema, app: appStateSchema }),
])
export type KioskView = z.infer<typeof kioskViewSchema>

/** The page's heartbeat: what two frames in a row have just drawn. The shell adds the time. */
const paintReportSchema = paintedSchema.omit({ atEpochMs: true }).extend({
  /** Null while the helper is away: what is on the glass is of no snapshot. */
  sequence: paintedSchema.shape.sequence.nullable(),
  /** How long nobody has touched the screen, moved a mouse or pressed a key. */
  untouchedMs: z.number().nonnegative(),
})
export type PaintReport = z.infer<typeof paintReportSchema>

/** In CSS pixels of the page, whose top left corner is the window's. */
const appAreaSchema = z.strictObject({
  x: z.int().nonnegative(),
  y: z.int().nonnegative(),
  width: z.int().positive(),
  height: z.int().positive(),
})
export type AppArea = z.infer<typeof appAreaSchema>

const screenCommandSchema = commandSchema.refine(({ kind }) => COMMAND_ROLES[kind].includes('shell'), {
  error: 'is no command of the screen',
})

/** What the page invokes, each with the schema of what goes in and what comes back. */
export const BRIDGE_CALLS = {
  getView: { channel: GET_VIEW_CHANNEL, params: z.tuple([]), result: kioskViewSchema },
  send: { channel: SEND_CHANNEL, params: z.tuple([screenCommandSchema]), result: commandResultSchema },
  getLogoPart: { channel: GET_LOGO_PART_CHANNEL, params: z.tuple([logoRequestSchema]), result: logoPartSchema },
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
  readSupportStatus: { channel: SUPPORT_STATUS_CHANNEL, params: z.tuple([]), result: supportStatusSchema },
  readSupportDiagnostics: {
    channel: SUPPORT_DIAGNOSTICS_CHANNEL,
    params: z.tuple([]),
    result: supportDiagnosticsSchema,
  },
  supportChecks: {
    channel: SUPPORT_CHECKS_CHANNEL,
    params: z.tuple([supportChecksRequestSchema]),
    result: supportChecksSchema,
  },
  placeApp: { channel: PLACE_APP_CHANNEL, params: z.tuple([appAreaSchema.nullable()]), result: z.void() },
} as const

/** `window.kiosk`, the whole of what the page can do. */
export type KioskBridge = {
  getView(): Promise<KioskView>
  /** Calls back with every later view; answers how to stop. */
  onView(listener: (view: KioskView) => void): () => void
  send(command: Command): Promise<CommandResult>
  /** Some of the logo's bytes. Rejects while the helper is away. */
  getLogoPart(request: LogoRequest): Promise<LogoPart>
  painted(report: PaintReport): Promise<void>
  askTechnicianChallenge(): Promise<TechnicianChallengeResult>
  answerTechnicianChallenge(given: TechnicianTry): Promise<TechnicianTryResult>
  /** An accepted `leave-kiosk` or `restart-screen` ends the page with its shell. */
  actAsTechnician(act: TechnicianAct): Promise<TechnicianActResult>
  readSupportStatus(): Promise<SupportStatus>
  /** Rejects, like the next, unless the helper has let a technician in. */
  readSupportDiagnostics(): Promise<SupportDiagnostics>
  supportChecks(request: SupportChecksRequest): Promise<SupportChecks>
  /** Calls back when somebody presses the support overlay's shortcut; answers how to stop. */
  onSupportRequested(listener: () => void): () => void
  /** Shows the hosted app in this area, above the page; null hides it. */
  placeApp(area: AppArea | null): Promise<void>
}
