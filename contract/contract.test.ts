import { describe, expect, expectTypeOf, it } from 'vitest'
import type { z } from 'zod'
import { COMMAND_ROLES, type Command, commandSchema, type LinkRole } from './commands.ts'
import { KIOSK_ERROR_CODES, type KioskError, type KioskErrorCode, type TroubleCode } from './kiosk-error.ts'
import type { LINK_REQUESTS } from './link-protocol.ts'
import { kioskSnapshotSchema, type SessionState, type SessionStateKind, sessionStateSchema } from './session-state.ts'
import type { KioskBridge, KioskView } from './window-bridge.ts'

describe('the contract', () => {
  it('infers its types from its schemas', () => {
    expectTypeOf<z.output<typeof sessionStateSchema>>().toEqualTypeOf<SessionState>()
    expectTypeOf<SessionStateKind>().toEqualTypeOf<
      | 'starting'
      | 'unprovisioned'
      | 'attract'
      | 'preparing'
      | 'awaitingApproval'
      | 'confirming'
      | 'signedIn'
      | 'ended'
      | 'trouble'
    >()
    expectTypeOf<Extract<SessionState, { kind: 'trouble' }>['code']>().toEqualTypeOf<TroubleCode>()
    expectTypeOf<Command>().toEqualTypeOf<z.output<(typeof LINK_REQUESTS)['command']['params']>>()
    expectTypeOf<Awaited<ReturnType<KioskBridge['getView']>>>().toEqualTypeOf<KioskView>()
    expectTypeOf<KioskError['code']>().toEqualTypeOf<KioskErrorCode>()
    expectTypeOf(COMMAND_ROLES.confirmPresence).toEqualTypeOf<readonly LinkRole[]>()
  })

  it('names every error once', () => {
    expect(new Set(KIOSK_ERROR_CODES).size).toBe(KIOSK_ERROR_CODES.length)
  })

  it('lets only the screen say that a person is present', () => {
    expect(COMMAND_ROLES.confirmPresence).toEqual(['shell'])
    expect(COMMAND_ROLES.denyPresence).toEqual(['shell'])
  })

  it.each([
    ['an unknown command', { kind: 'reboot' }],
    ['a confirmation of no code', { kind: 'confirmPresence' }],
    ['a command with more than it should say', { kind: 'touch', token: 'x' }],
    ['no object', 'touch'],
  ])('refuses %s', (_what, command) => {
    expect(commandSchema.safeParse(command).success).toBe(false)
  })

  it.each(['accessToken', 'refreshToken', 'deviceCode'])('has no place for a %s on the screen', (secret) => {
    const session = { kind: 'confirming', generation: 1, displayName: 'Alex', confirmByMs: 1 }
    expect(sessionStateSchema.safeParse(session).success).toBe(true)
    expect(sessionStateSchema.safeParse({ ...session, [secret]: 'x' }).success).toBe(false)
    expect(Object.keys(kioskSnapshotSchema.shape)).not.toContain(secret)
  })
})
