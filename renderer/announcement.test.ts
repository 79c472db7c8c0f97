import { describe, expect, it } from 'vitest'
import type { KioskView } from '../contract/window-bridge.ts'
import { announcementOf } from './announcement.ts'
import { english } from './languages/english.ts'

function viewOf(session: Extract<KioskView, { kind: 'linked' }>['snapshot']['session']): KioskView {
  const snapshot = {
    sequence: 1,
    clock: { monotonicMs: 0, epochMs: 0 },
    helper: { version: '0.1.0', processId: 1, startedAtEpochMs: 0 },
    device: { id: 'DR-0042' },
    display: { brandName: 'Contoso Reception', kioskName: 'Main lobby', place: 'Building 4' },
    vault: 'tmpfs' as const,
    session,
    painted: null,
  }
  return { kind: 'linked', snapshot }
}

describe('announcementOf', () => {
  it('spells the code of an approval', () => {
    const view = viewOf({
      kind: 'awaitingApproval',
      generation: 1,
      userCode: 'WD-4',
      verificationUri: 'https://login.example.com/device/',
      qrText: 'https://login.example.com/device?user_code=WD-4',
      codePrefilled: true,
      issuedAtMs: 0,
      expiresAtMs: 900_000,
    })
    expect(announcementOf(view, english)).toBe(
      'Approve sign-in. No camera? Open login.example.com/device. Code: W, D, dash, 4.',
    )
  })

  it('asks whether the person is who the phone says', () => {
    const view = viewOf({ kind: 'confirming', generation: 1, displayName: 'Alex', confirmByMs: 60_000 })
    expect(announcementOf(view, english)).toBe('Welcome, Alex. Is this you?')
  })

  it('says that the kiosk will be back when its helper is away', () => {
    expect(announcementOf({ kind: 'unlinked', everLinked: true }, english)).toMatch(/^Back in a moment\./)
  })
})
