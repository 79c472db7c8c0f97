/** What a command over the shell link means to the session machine. Pure. */
import type { Command } from '../../contract/commands.ts'
import { assertNever } from '../../contract/kiosk-error.ts'
import type { SessionEvent } from './session-event.ts'

export function eventOf(command: Command): SessionEvent {
  switch (command.kind) {
    case 'touch':
      return { kind: 'touched' }
    case 'confirmPresence':
      return { kind: 'presenceConfirmed', generation: command.generation }
    case 'denyPresence':
      return { kind: 'presenceDenied', generation: command.generation }
    case 'activity':
      return { kind: 'activity' }
    case 'signOut':
      return { kind: 'signOutRequested' }
    case 'restartSignIn':
      return { kind: 'signInRestartOrdered' }
    case 'wipe':
      return { kind: 'wipeOrdered' }
    default:
      return assertNever(command)
  }
}
