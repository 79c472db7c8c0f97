import { describe, expect, it } from 'vitest'
import { plainBrand } from '../contract/brand.ts'
import { OPERATOR_HINTS } from '../contract/operator-hints.ts'
import { DEFAULT_SCREEN_SETTINGS } from '../contract/screen-settings.ts'
import type { KioskSnapshot, SessionState } from '../contract/session-state.ts'
import { supportCode } from '../contract/support-code.ts'
import { describeSnapshot } from './describe-snapshot.ts'

function snapshotOf(session: SessionState): KioskSnapshot {
  return {
    sequence: 1,
    clock: { monotonicMs: 10_000, epochMs: 1_800_000_000_000 },
    helper: { version: '1.2.3', processId: 42, startedAtEpochMs: 1_800_000_000_000 },
    device: { id: 'DR-0042', activation: null },
    display: { brand: plainBrand('Contoso'), kioskName: 'Main lobby', place: 'Building 4', languages: ['en' as const] },
    bundle: null,
    vault: 'tmpfs',
    session,
    screen: DEFAULT_SCREEN_SETTINGS,
    app: null,
    painted: null,
  }
}

const refused: SessionState = {
  kind: 'trouble',
  code: 'provider-refused-client',
  providerError: 'AADSTS7000218',
  since: 0,
  retryAt: 15_000,
  notBefore: null,
}

const code: SessionState = {
  kind: 'awaitingApproval',
  generation: 1,
  userCode: 'WDJB-MJHT',
  verificationUri: 'https://login.example.com/device',
  qrText: 'https://login.example.com/device',
  codePrefilled: false,
  issuedAtMs: 0,
  expiresAtMs: 900_000,
  replacedBecause: null,
  pollTrouble: null,
}

const signedIn: SessionState = {
  kind: 'signedIn',
  generation: 1,
  displayName: 'Alex',
  since: 0,
  validUntil: 10_000 + 3_600_000 * 8,
  idleUntil: null,
}

describe('describeSnapshot', () => {
  it('says what becomes of a bundle that does not simply run', () => {
    const signed = { version: 7, issuedAt: '2026-01-02T03:04:05.000Z', keyId: 'key-1' }
    const problem = {
      code: 'bundle-unsigned' as const,
      where: '/etc/dr/bundle.jws',
      what: 'is missing',
      remedy: 'Sign it.',
    }
    const bundle = { signed, refused: [problem], waiting: ['app'] }
    const lines = describeSnapshot({ ...snapshotOf({ kind: 'attract' }), bundle }).split('\n')
    expect(lines.slice(2, 7)).toEqual([
      'bundle    version 7, signed 2026-01-02T03:04:05.000Z with key-1',
      'bundle    waits until nobody is disturbed: app',
      'bundle    refused: the last good one runs',
      '✗ /etc/dr/bundle.jws is missing [bundle-unsigned]',
      '  → Sign it.',
    ])
  })

  it.each<[SessionState, string]>([
    [{ kind: 'attract' }, 'state     attract'],
    [refused, 'retries   in 5 s'],
    [refused, `support   ${supportCode('provider-refused-client')} · AADSTS7000218`],
    [refused, `meaning   ${OPERATOR_HINTS['provider-refused-client'].meaning}`],
    [refused, `remedy    ${OPERATOR_HINTS['provider-refused-client'].remedy}`],
    [refused, 'Entra ID  In the app registration,'],
    [code, 'expires   in 15 min'],
    [{ ...code, pollTrouble: 'provider-throttled' }, 'polling   fails: provider-throttled ('],
    [signedIn, 'ends      in 8.0 h\nidle      no limit'],
    [{ ...signedIn, idleUntil: 70_000 }, 'idle      ends in 60 s unless used'],
    [{ kind: 'confirming', generation: 1, displayName: 'Alex', confirmByMs: 130_000 }, 'declines  in 2 min'],
    [
      {
        kind: 'unprovisioned',
        problems: [{ code: 'bundle-missing', where: '/etc/x', what: 'does not exist', remedy: 'Install it.' }],
      },
      '✗ /etc/x does not exist [bundle-missing]\n  → Install it.',
    ],
  ])('puts %o into words', (session, words) => {
    expect(describeSnapshot(snapshotOf(session))).toContain(words)
  })

  it('says whether the device is in service, and since when', () => {
    const activated = (activation: KioskSnapshot['device']['activation']) =>
      describeSnapshot({ ...snapshotOf({ kind: 'attract' }), device: { id: 'DR-0042', activation } })
    expect(activated(null)).not.toContain('activated')
    expect(activated({ kind: 'inactive', because: 'damaged' })).toContain('activated no (damaged): the record is')
    const active = { kind: 'active' as const, sinceEpochMs: 1_800_000_000_000, generation: 1, isRecorded: true }
    expect(activated(active)).toContain('activated since 2027-01-15T08:00:00.000Z\n')
  })

  it.each<SessionState>([{ ...refused, providerError: null }, code])('leaves out what %o does not say', (session) => {
    expect(describeSnapshot(snapshotOf(session))).not.toMatch(/^Entra ID|^polling|null/m)
  })
})
