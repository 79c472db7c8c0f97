/** The methods of the shell link, for both ends. JSON-RPC 2.0 after a mutual hello; see `link-hello.ts`. */
import { z } from 'zod'
import { accessTokenAnswerSchema, accessTokenRequestSchema } from './access-token.ts'
import { logoPartSchema, logoRequestSchema } from './brand.ts'
import { commandResultSchema, commandSchema } from './commands.ts'
import { diagnosticsSchema } from './diagnostics.ts'
import { screenIncidentSchema } from './screen-incident.ts'
import { kioskSnapshotSchema, paintedSchema } from './session-state.ts'
import {
  supportChecksRequestSchema,
  supportChecksSchema,
  supportDiagnosticsSchema,
  supportStatusSchema,
} from './support.ts'
import {
  technicianActResultSchema,
  technicianActSchema,
  technicianChallengeResultSchema,
  technicianTryResultSchema,
  technicianTrySchema,
} from './technician-access.ts'

/** Raised with every change that an older peer would misread. */
export const LINK_PROTOCOL_VERSION = 5

/** No message of ours comes near this; a peer that sends more is cut off. */
export const LINK_MESSAGE_LIMIT_BYTES = 64 * 1024

/** Names the process of one kiosk page, at random: the same over every link that its shell opens, another after the page died. */
const screenIdSchema = z.string().regex(/^[0-9a-f]{64}$/)

const subscribeSchema = z.strictObject({
  /** Of the shell that subscribes; null for a technician, who is no screen. */
  screenId: screenIdSchema.nullable(),
})

/** Requests a client may send, each with the schema of what goes in and what comes back. */
export const LINK_REQUESTS = {
  /** Answers the present snapshot and from then on sends `snapshot` with every change. */
  subscribe: { method: 'snapshot/subscribe', params: subscribeSchema, result: kioskSnapshotSchema },
  command: { method: 'command/send', params: commandSchema, result: commandResultSchema },
  /** Technician only. */
  diagnostics: { method: 'diagnostics/read', params: z.strictObject({}), result: diagnosticsSchema },
  /** Shell only: this snapshot is on the glass. */
  painted: {
    method: 'screen/painted',
    params: paintedSchema,
    result: z.strictObject({}),
  },
  /** Shell only, like the two below: the technician is at the screen. A challenge that is open already is answered again. */
  technicianChallenge: {
    method: 'technician/challenge',
    params: z.strictObject({}),
    result: technicianChallengeResultSchema,
  },
  technicianAnswer: { method: 'technician/answer', params: technicianTrySchema, result: technicianTryResultSchema },
  technicianAct: { method: 'technician/act', params: technicianActSchema, result: technicianActResultSchema },
  /** Shell only: what anybody at the screen may know. */
  supportStatus: { method: 'support/status', params: z.strictObject({}), result: supportStatusSchema },
  /** Shell only, and refused unless a technician was let in. */
  supportDiagnostics: { method: 'support/diagnostics', params: z.strictObject({}), result: supportDiagnosticsSchema },
  /** For the shell, once a technician was let in, and for kioskctl, whose key is the technician's. */
  supportChecks: { method: 'support/checks', params: supportChecksRequestSchema, result: supportChecksSchema },
  /** Shell only: something happened to the screen. */
  incident: { method: 'screen/incident', params: screenIncidentSchema, result: z.strictObject({}) },
  /** Shell only: a part of the logo that the snapshot names. */
  logoPart: { method: 'brand/logo-part', params: logoRequestSchema, result: logoPartSchema },
  /** Shell only: the token that the hosted app's requests to its API carry. */
  accessToken: { method: 'session/access-token', params: accessTokenRequestSchema, result: accessTokenAnswerSchema },
} as const

/** Notifications the helper sends. */
export const LINK_NOTIFICATIONS = {
  snapshot: { method: 'snapshot/changed', params: kioskSnapshotSchema },
  /** The helper is about to end and to be there again within seconds: the loss of the link is no fault. */
  restarting: { method: 'helper/restarting', params: z.strictObject({}) },
} as const

/** Files of the link inside the runtime folder (`KIOSK_RUNTIME_DIR`), separators as on POSIX. */
export const LINK_FILES = {
  folder: 'link',
  socket: 'link/helper.sock',
  /** On Windows, in place of the socket: the name of this start's pipe. */
  pipeName: 'link/pipe-name',
  /** Mode 0640: the shell's account reads it through the group the two accounts share. */
  shellKey: 'link/shell.key',
  /** Mode 0600: only the helper's account and root. */
  technicianKey: 'link/technician.key',
} as const

const PIPE_PREFIX = '\\\\.\\pipe\\digital-receptionist-'

/** Random for each start of the helper: nobody can have taken a name that nobody knows. */
export const pipeNameSchema = z.string().regex(/^\\\\\.\\pipe\\digital-receptionist-[0-9a-f]{64}$/)

/** @param random 32 bytes in hex */
export function pipeNameOf(random: string): string {
  return `${PIPE_PREFIX}${random}`
}

/**
 * Windows has no modes: rights come from the folder, and the link's folder is for whoever is at the screen to read.
 *
 * @param platform Node's name of the system
 */
export function technicianKeyFile(platform: string): string {
  return platform === 'win32' ? 'technician.key' : LINK_FILES.technicianKey
}
