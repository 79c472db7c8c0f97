import { describe, expect, it } from 'vitest'
import type { KioskSnapshot, SessionState } from '../contract/session-state.ts'
import { describeSnapshot } from './describe-snapshot.ts'

function snapshotOf(session: SessionState): KioskSnapshot {
  return {
    sequence: 1,
    clock: { monotonicMs: 10_000, epochMs: 1_800_000_000_000 },
    helper: { version: '1.2.3', processId: 42, startedAtEpochMs: 1_800_000_000_000 },
    device: { id: 'DR-0042' },
    display: { brandName: 'Contoso', kioskName: 'Main lobby', place: 'Building 4' },
    vault: 'tmpfs',
    session,
    painted: null,
  }
}

describe('describeSnapshot', () => {
  it.each<[SessionState, string]>([
    [{ kind: 'attract' }, 'state     attract'],
    [{ kind: 'trouble', code: 'provider-timeout', since: 0, retryAt: 15_000 }, 'retries   in 5 s'],
    [
      { kind: 'signedIn', generation: 1, displayName: 'Alex', since: 0, validUntil: 10_000 + 3_600_000 * 8 },
      'ends      in 8.0 h',
    ],
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
})
