import { describe, expect, it } from 'vitest'
import { plainBrand } from '../contract/brand.ts'
import { DEFAULT_SCREEN_SETTINGS } from '../contract/screen-settings.ts'
import type { KioskSnapshot, SessionState } from '../contract/session-state.ts'
import { NOTHING_RECEIVED, receiveView } from './received-view.ts'

function snapshotOf(session: SessionState, monotonicMs: number): KioskSnapshot {
  return {
    sequence: 1,
    clock: { monotonicMs, epochMs: 0 },
    helper: { version: '0.1.0', processId: 1, startedAtEpochMs: 0 },
    device: { id: 'DR-0042', activation: null },
    display: {
      brand: plainBrand('Contoso Reception'),
      kioskName: 'Main lobby',
      place: 'Building 4',
      languages: ['en' as const],
    },
    bundle: null,
    vault: 'tmpfs',
    session,
    screen: DEFAULT_SCREEN_SETTINGS,
    app: null,
    painted: null,
  }
}

const codeToType: SessionState = {
  kind: 'awaitingApproval',
  generation: 7,
  userCode: 'GTH4KP9QX',
  verificationUri: 'https://microsoft.com/devicelogin',
  qrText: 'https://microsoft.com/devicelogin',
  codePrefilled: false,
  issuedAtMs: 0,
  expiresAtMs: 900_000,
  replacedBecause: null,
  pollTrouble: null,
}

const signedIn: SessionState = {
  kind: 'signedIn',
  generation: 7,
  displayName: 'Alex',
  since: 0,
  validUntil: 43_200_000,
  idleUntil: null,
}

describe('receiveView', () => {
  it('counts on the helper’s clock from the moment of receipt', () => {
    const received = receiveView(
      NOTHING_RECEIVED,
      { kind: 'linked', app: 'closed', snapshot: snapshotOf({ kind: 'attract' }, 50_000) },
      1_200,
    )
    expect(received.clock.aheadMs).toBe(48_800)
  })

  it('lets a slow snapshot not turn the clock back, and begins anew with another helper', () => {
    const first = receiveView(
      NOTHING_RECEIVED,
      { kind: 'linked', app: 'closed', snapshot: snapshotOf({ kind: 'attract' }, 50_000) },
      0,
    )
    const slow = snapshotOf({ kind: 'attract' }, 51_000)
    expect(receiveView(first, { kind: 'linked', app: 'closed', snapshot: slow }, 1_200).clock.aheadMs).toBe(50_000)
    const restarted = { ...slow, helper: { ...slow.helper, processId: 2 } }
    expect(receiveView(first, { kind: 'linked', app: 'closed', snapshot: restarted }, 1_200).clock.aheadMs).toBe(49_800)
  })

  it('remembers the shape of the card while the code is renewed', () => {
    const shown = receiveView(
      NOTHING_RECEIVED,
      { kind: 'linked', app: 'closed', snapshot: snapshotOf(codeToType, 0) },
      0,
    )
    const renewing: SessionState = { kind: 'preparing', generation: 8, reason: 'renewal', replacedBecause: 'expired' }
    const renewed = receiveView(shown, { kind: 'linked', app: 'closed', snapshot: snapshotOf(renewing, 0) }, 0)
    expect(renewed.codePrefilled).toBe(false)
    expect(JSON.stringify(renewed)).not.toContain('GTH4KP9QX')
  })

  it.each([
    ['thirty seconds before a long limit', 900_000, 870_000],
    ['halfway through a short one', 20_000, 10_000],
  ])('warns of the end of an unused session %s', (_when, limitMs, warnAtMs) => {
    const session = { ...signedIn, idleUntil: 100_000 + limitMs }
    const received = receiveView(
      NOTHING_RECEIVED,
      { kind: 'linked', app: 'closed', snapshot: snapshotOf(session, 100_000) },
      0,
    )
    const idleLimit = { untilMs: session.idleUntil, warnAtMs: 100_000 + warnAtMs }
    expect(received.idleLimit).toEqual(idleLimit)
    const later = receiveView(
      received,
      { kind: 'linked', app: 'closed', snapshot: snapshotOf(session, 100_000 + limitMs - 1) },
      0,
    )
    expect(later.idleLimit).toEqual(idleLimit)
  })

  it('warns of nothing without a limit', () => {
    const received = receiveView(
      NOTHING_RECEIVED,
      { kind: 'linked', app: 'closed', snapshot: snapshotOf(signedIn, 100_000) },
      0,
    )
    expect(received.idleLimit).toBeNull()
  })

  it('keeps no code when the helper is away', () => {
    const shown = receiveView(
      NOTHING_RECEIVED,
      { kind: 'linked', app: 'closed', snapshot: snapshotOf(codeToType, 0) },
      0,
    )
    const alone = receiveView(shown, { kind: 'unlinked', everLinked: true }, 0)
    expect(JSON.stringify(alone)).not.toContain('GTH4KP9QX')
  })
})
