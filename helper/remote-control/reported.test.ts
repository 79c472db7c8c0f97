import { describe, expect, it } from 'vitest'
import { plainBrand } from '../../contract/brand.ts'
import { reportedStateSchema } from '../../contract/reported-state.ts'
import { DEFAULT_SCREEN_SETTINGS } from '../../contract/screen-settings.ts'
import type { KioskSnapshot, SessionState } from '../../contract/session-state.ts'
import { describeReported, hasNews, type ReportedFacts } from './reported.ts'

function snapshotWith(session: SessionState): KioskSnapshot {
  return {
    sequence: 3,
    clock: { monotonicMs: 10_000, epochMs: 1_000_000 },
    helper: { version: '0.1.0', processId: 1, startedAtEpochMs: 990_000 },
    device: { id: 'DR-0042', activation: null },
    display: { brand: plainBrand('Contoso'), kioskName: 'Main lobby', place: 'Building 4', languages: ['en'] },
    screen: DEFAULT_SCREEN_SETTINGS,
    app: null,
    bundle: null,
    vault: 'tmpfs',
    session,
    painted: { sequence: 3, kind: session.kind, generation: null, atEpochMs: 999_000 },
  }
}

function factsWith(session: SessionState, changes: Partial<ReportedFacts> = {}): ReportedFacts {
  return {
    snapshot: snapshotWith(session),
    sinceEpochMs: 995_000,
    endedBecause: null,
    tenant: null,
    identity: { deviceId: 'DR-0042', fingerprint: 'ab', validUntilEpochMs: 2_000_000 },
    status: { token: null, lastTokenIssueEpochMs: null },
    lastFault: null,
    clockSkewMs: 0,
    auditHead: null,
    ...changes,
  }
}

const SIGNED_IN: SessionState = {
  kind: 'signedIn',
  generation: 4,
  displayName: 'Alex Winter',
  since: 5_000,
  validUntil: 90_000,
  idleUntil: null,
}

describe('the state that operations see', () => {
  it('says what the session is, and not whose', () => {
    const token = { issuedAtMs: 5_000, expiresAtMs: 70_000, isRenewed: true }
    const state = describeReported(factsWith(SIGNED_IN, { status: { token, lastTokenIssueEpochMs: 994_000 } }))
    expect(reportedStateSchema.parse(state)).toEqual(state)
    expect(state.session).toMatchObject({ kind: 'signedIn', generation: 4 })
    expect(state.token).toEqual({ validUntilEpochMs: 1_060_000, isRenewed: true })
    expect(JSON.stringify(state)).not.toContain('Alex')
  })

  it('shows no code', () => {
    const state = describeReported(
      factsWith({
        kind: 'awaitingApproval',
        generation: 2,
        userCode: 'WDJB-MJHT',
        verificationUri: 'https://login.example.com/device',
        qrText: 'https://login.example.com/device?user_code=WDJB-MJHT',
        codePrefilled: true,
        issuedAtMs: 1,
        expiresAtMs: 2,
        replacedBecause: null,
        pollTrouble: null,
      }),
    )
    expect(JSON.stringify(state)).not.toMatch(/WDJB|login\.example/)
  })

  it('names what keeps the kiosk from signing anybody in', () => {
    const trouble: SessionState = {
      kind: 'trouble',
      code: 'clock-wrong',
      providerError: null,
      since: 1,
      retryAt: 2,
      notBefore: null,
    }
    expect(describeReported(factsWith(trouble)).session.code).toBe('clock-wrong')
  })

  it('is news where something has changed, and not for a clock or a picture that is painted once more', () => {
    const before = describeReported(factsWith(SIGNED_IN))
    const painted = before.painted && { ...before.painted, atEpochMs: 1, sequence: 9 }
    expect(hasNews(null, before)).toBe(true)
    expect(hasNews(before, { ...before, atEpochMs: 5, clockSkewMs: 3, painted })).toBe(false)
    expect(hasNews(before, describeReported(factsWith({ kind: 'attract' })))).toBe(true)
    expect(hasNews(before, { ...before, lastFault: { code: 'unexpected', atEpochMs: 1 } })).toBe(true)
  })
})
