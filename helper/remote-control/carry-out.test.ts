import { describe, expect, it } from 'vitest'
import type { OrderName } from '../../contract/remote-orders.ts'
import type { SessionStateKind } from '../../contract/session-state.ts'
import { carryOut, type OrderedKiosk } from './carry-out.ts'

function kioskIn(kind: SessionStateKind, changes: Partial<OrderedKiosk> = {}) {
  const calls: string[] = []
  const note = (name: string) => async () => void calls.push(name)
  let now = kind
  const kiosk: OrderedKiosk = {
    kind: () => now,
    troubleCode: () => (now === 'trouble' ? 'too-many-codes' : null),
    revoke: note('revoke'),
    canRevokeAtProvider: () => true,
    restartSignIn() {
      calls.push('restart')
      now = 'preparing'
    },
    wipe: async () => Boolean(calls.push('wipe')),
    renew: async () => (kind === 'signedIn' ? 'renewed' : 'no-session'),
    lookAtBundle: async () => null,
    bundle: () => null,
    diagnosticsText: () => 'Kiosk',
    ...changes,
  }
  return { kiosk, calls }
}

const ENDED = ['session-ended', 'revocation-asked']

describe('an order that is carried out', () => {
  it.each<[OrderName, SessionStateKind, readonly string[]]>([
    ['revoke-session', 'signedIn', ENDED],
    ['revoke-session', 'confirming', ENDED],
    ['revoke-session', 'awaitingApproval', ['sign-in-abandoned']],
    ['revoke-session', 'preparing', ['sign-in-abandoned']],
    ['revoke-session', 'starting', ['nothing-to-end']],
    ['revoke-session', 'attract', ['nothing-to-end']],
    ['revoke-session', 'ended', ['nothing-to-end']],
    ['revoke-session', 'trouble', ['nothing-to-end']],
    ['revoke-session', 'unprovisioned', ['nothing-to-end']],
    ['wipe', 'signedIn', [...ENDED, 'vault-destroyed']],
    ['wipe', 'attract', ['nothing-to-end', 'vault-destroyed']],
    ['wipe', 'starting', ['nothing-to-end', 'vault-destroyed']],
    ['restart-sign-in', 'signedIn', [...ENDED, 'code-requested']],
    ['restart-sign-in', 'trouble', ['nothing-to-end', 'code-requested']],
    ['refresh-tokens', 'signedIn', ['tokens-renewed']],
    ['reload-config', 'signedIn', ['bundle-unchanged']],
    ['reload-config', 'unprovisioned', ['bundle-unchanged']],
    ['collect-diagnostics', 'unprovisioned', ['diagnostics-collected']],
  ])('%s in %s: %s', async (order, kind, did) => {
    expect(await carryOut(order, kioskIn(kind).kiosk)).toMatchObject({ kind: 'done', did })
  })

  it.each<[OrderName, SessionStateKind, Partial<OrderedKiosk>, string]>([
    ['refresh-tokens', 'attract', {}, 'no-session'],
    ['refresh-tokens', 'signedIn', { renew: async () => 'session-lost' }, 'session-lost'],
    ['wipe', 'signedIn', { wipe: async () => false }, 'vault-not-destroyed'],
    ['wipe', 'unprovisioned', {}, 'not-provisioned'],
    ['restart-sign-in', 'trouble', { restartSignIn: () => {} }, 'sign-in-waits'],
    [
      'reload-config',
      'attract',
      {
        lookAtBundle: async () => ({
          signed: null,
          refused: [{ code: 'bundle-unsigned', where: 'x', what: 'y', remedy: 'z' }],
          waiting: [],
        }),
      },
      'bundle-refused',
    ],
  ])('%s in %s can fail', async (order, kind, changes, reason) => {
    expect(await carryOut(order, kioskIn(kind, changes).kiosk)).toMatchObject({ kind: 'failed', reason })
  })

  it('says where the provider has nothing to revoke at', async () => {
    const { kiosk } = kioskIn('signedIn', { canRevokeAtProvider: () => false })
    expect(await carryOut('revoke-session', kiosk)).toEqual({
      kind: 'done',
      did: ['session-ended', 'revocation-not-offered'],
    })
  })
})
