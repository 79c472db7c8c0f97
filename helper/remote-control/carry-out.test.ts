import { describe, expect, it } from 'vitest'
import type { OrderName } from '../../contract/remote-orders.ts'
import type { SessionStateKind } from '../../contract/session-state.ts'
import { carryOut, type OrderedKiosk } from './carry-out.ts'

function kioskIn(kind: SessionStateKind, changes: Partial<OrderedKiosk> = {}) {
  const calls: string[] = []
  const note = (name: string) => async () => void calls.push(name)
  let now = kind
  let generation = 1
  const hasCode = () => now === 'preparing' || now === 'awaitingApproval'
  const kiosk: OrderedKiosk = {
    kind: () => now,
    troubleCode: () => (now === 'trouble' ? 'too-many-codes' : null),
    revoke: note('revoke'),
    canRevokeAtProvider: () => true,
    restartSignIn() {
      calls.push('restart')
      if (now !== 'preparing') generation += 1
      now = 'preparing'
    },
    codeGeneration: () => (hasCode() ? generation : null),
    wipe: async () => Boolean(calls.push('wipe')),
    renew: async () => (kind === 'signedIn' ? 'renewed' : 'no-session'),
    lookAtBundle: async () => null,
    bundleMark: () => '',
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
    ['restart-sign-in', 'awaitingApproval', ['sign-in-abandoned', 'code-requested']],
    ['restart-sign-in', 'preparing', ['code-requested']],
    ['refresh-tokens', 'signedIn', ['tokens-renewed']],
    ['reload-config', 'signedIn', ['bundle-unchanged']],
    ['reload-config', 'unprovisioned', ['bundle-unchanged']],
    ['collect-diagnostics', 'unprovisioned', ['diagnostics-collected']],
  ])('%s in %s: %s', async (order, kind, did) => {
    expect(await carryOut(order, kioskIn(kind).kiosk, 'this')).toMatchObject({ kind: 'done', did })
  })

  it.each<[OrderName, SessionStateKind, Partial<OrderedKiosk>, string]>([
    ['refresh-tokens', 'attract', {}, 'no-session'],
    ['refresh-tokens', 'signedIn', { renew: async () => 'session-lost' }, 'session-lost'],
    ['wipe', 'signedIn', { wipe: async () => false }, 'vault-not-destroyed'],
    ['wipe', 'unprovisioned', {}, 'not-provisioned'],
    ['restart-sign-in', 'trouble', { restartSignIn: () => {} }, 'sign-in-waits'],
    ['restart-sign-in', 'awaitingApproval', { restartSignIn: () => {} }, 'sign-in-waits'],
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
    expect(await carryOut(order, kioskIn(kind, changes).kiosk, 'this')).toMatchObject({ kind: 'failed', reason })
  })

  it('says where the provider has nothing to revoke at', async () => {
    const { kiosk } = kioskIn('signedIn', { canRevokeAtProvider: () => false })
    expect(await carryOut('revoke-session', kiosk, 'this')).toEqual({
      kind: 'done',
      did: ['session-ended', 'revocation-not-offered'],
    })
  })

  it('says that a session has ended also where no code can follow it yet', async () => {
    let kind: SessionStateKind = 'signedIn'
    const restartSignIn = () => {
      kind = 'trouble'
    }
    const { kiosk } = kioskIn('signedIn', { kind: () => kind, codeGeneration: () => null, restartSignIn })
    expect(await carryOut('restart-sign-in', kiosk, 'this')).toEqual({ kind: 'done', did: [...ENDED, 'no-code-yet'] })
  })

  it('takes a session back that is on its way to the next helper, though the screen still shows it', async () => {
    const { kiosk, calls } = kioskIn('signedIn', { restartSignIn: () => {} })
    expect(await carryOut('restart-sign-in', kiosk, 'this')).toEqual({ kind: 'done', did: [...ENDED, 'no-code-yet'] })
    expect(calls).toEqual(['revoke'])
  })

  it.each([
    ['this', 'a', 'a', 'bundle-unchanged'],
    ['this', 'a', 'b', 'bundle-taken'],
    ['earlier', 'a', 'a', 'bundle-taken'],
  ] as const)('taken by %s helper, with a bundle from %s to %s: %s', async (taken, before, after, deed) => {
    const marks = [before, after]
    const { kiosk } = kioskIn('attract', { bundleMark: () => marks.shift() ?? after })
    expect(await carryOut('reload-config', kiosk, taken)).toEqual({ kind: 'done', did: [deed] })
  })
})
