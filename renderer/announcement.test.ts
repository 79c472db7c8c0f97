import { describe, expect, it } from 'vitest'
import { plainBrand } from '../contract/brand.ts'
import { DEFAULT_SCREEN_SETTINGS } from '../contract/screen-settings.ts'
import type { SessionState } from '../contract/session-state.ts'
import { announcementOf } from './announcement.ts'
import { inEnglish } from './languages/texts.ts'
import { NOTHING_RECEIVED, type ReceivedView, receiveView } from './received-view.ts'

function receive(session: SessionState, previous: ReceivedView = NOTHING_RECEIVED): ReceivedView {
  const snapshot = {
    sequence: 1,
    clock: { monotonicMs: 0, epochMs: 0 },
    helper: { version: '0.1.0', processId: 1, startedAtEpochMs: 0 },
    device: { id: 'DR-0042', activation: null },
    display: {
      brand: plainBrand('Contoso Reception'),
      kioskName: 'Main lobby',
      place: 'Building 4',
      languages: ['en' as const],
    },
    bundle: null,
    vault: 'tmpfs' as const,
    session,
    screen: DEFAULT_SCREEN_SETTINGS,
    app: null,
    painted: null,
  }
  return receiveView(previous, { kind: 'linked', app: 'closed', snapshot }, 0)
}

function announce(received: ReceivedView, isIdleWarning = false, isCodeSoonOver = false): string {
  return announcementOf({ ...received, isIdleWarning, isCodeSoonOver }, inEnglish)
}

const code: Extract<SessionState, { kind: 'awaitingApproval' }> = {
  kind: 'awaitingApproval',
  generation: 1,
  userCode: 'WD-4',
  verificationUri: 'https://login.example.com/device/',
  qrText: 'https://login.example.com/device?user_code=WD-4',
  codePrefilled: true,
  issuedAtMs: 0,
  expiresAtMs: 900_000,
  replacedBecause: null,
  pollTrouble: null,
}

describe('announcementOf', () => {
  it('spells the code of an approval', () => {
    expect(announce(receive(code))).toBe(
      'Approve sign-in. No camera? Open login.example.com/device. Code: W, D, dash, 4.',
    )
  })

  it('says first why a code took another’s place', () => {
    expect(announce(receive({ ...code, replacedBecause: 'used-up' }))).toMatch(
      /^The last code could not be used any more\. Please use this new one\. Approve sign-in\./,
    )
  })

  it('says once that polls fail, and keeps silent while they fail and recover', () => {
    const first = receive({ ...code, pollTrouble: 'provider-unreachable' })
    expect(announce(first)).toBe('No connection right now. This code stays good. We keep trying.')
    const recovered = receive(code, first)
    const failingAgain = receive({ ...code, pollTrouble: 'provider-timeout' }, recovered)
    expect([announce(recovered), announce(failingAgain)]).toEqual([announce(first), announce(first)])
    expect(announce(receive({ ...code, generation: 2 }, failingAgain))).toMatch(/^Approve sign-in\./)
  })

  it('says that a new code is coming, also where polls fail', () => {
    const failing = receive({ ...code, pollTrouble: 'provider-unreachable' })
    expect(announce(failing, false, true)).toBe('A new code follows by itself.')
  })

  it('asks whether somebody is still there, without a countdown', () => {
    const signedIn = receive({
      kind: 'signedIn',
      generation: 1,
      displayName: 'Alex',
      since: 0,
      validUntil: 1_000_000,
      idleUntil: 60_000,
    })
    expect(announce(signedIn)).toBe('You are signed in.')
    expect(announce(signedIn, true)).toBe(
      'Still there? This session is about to end. Touch the screen to stay signed in.',
    )
  })

  it('asks whether the person is who the phone says', () => {
    const confirming = receive({ kind: 'confirming', generation: 1, displayName: 'Alex', confirmByMs: 60_000 })
    expect(announce(confirming)).toBe('Welcome, Alex. Is this you?')
  })

  it('says that the kiosk will be back when its helper is away', () => {
    const away = receiveView(receive(code), { kind: 'unlinked', everLinked: true }, 0)
    expect(announce(away)).toMatch(/^Back in a moment\./)
  })
})
