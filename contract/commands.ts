/** What may be asked of the helper, and by whom. Commands flow up; they never carry a decision about identity. */
import { z } from 'zod'

/** Who speaks on the shell link. Each role proves a key of its own in the hello. */
export const linkRoleSchema = z.enum(['shell', 'technician'])
export type LinkRole = z.infer<typeof linkRoleSchema>

export const commandSchema = z.discriminatedUnion('kind', [
  /** Somebody is at the screen. */
  z.strictObject({ kind: z.literal('touch') }),
  /** Somebody uses the kiosk: the idle limit counts anew. Sent at most every few seconds. */
  z.strictObject({ kind: z.literal('activity') }),
  /** "Start shift": the person at the screen is the one who approved. RFC 8628 §5.4, §5.5. */
  z.strictObject({ kind: z.literal('confirmPresence'), generation: z.int().nonnegative() }),
  /** "Not me". */
  z.strictObject({ kind: z.literal('denyPresence'), generation: z.int().nonnegative() }),
  z.strictObject({ kind: z.literal('signOut') }),
  /** Ends and wipes whatever session runs, and asks for a fresh code at once. */
  z.strictObject({ kind: z.literal('restartSignIn') }),
  /** Ends whatever goes on, wipes the vault and destroys the device key: nothing that was ever copied can be opened. */
  z.strictObject({ kind: z.literal('wipe') }),
])
export type Command = z.infer<typeof commandSchema>
export type CommandKind = Command['kind']

/** Only the screen can say that a person is present; a technician's shell is not a person at the screen. */
export const COMMAND_ROLES: Readonly<Record<CommandKind, readonly LinkRole[]>> = {
  touch: ['shell', 'technician'],
  activity: ['shell'],
  confirmPresence: ['shell'],
  denyPresence: ['shell'],
  signOut: ['shell', 'technician'],
  restartSignIn: ['shell', 'technician'],
  wipe: ['technician'],
}

/** `accepted` is false where the command means nothing in the present state, such as a press that came too late. */
export const commandResultSchema = z.strictObject({ accepted: z.boolean() })
export type CommandResult = z.infer<typeof commandResultSchema>
