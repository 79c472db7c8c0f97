import { describe, expect, it } from 'vitest'
import type { KioskSnapshot, SessionState } from '../../contract/session-state.ts'
import { waitUntilQuiet } from './wait-until-quiet.ts'

const SIGNED_IN: SessionState = {
  kind: 'signedIn',
  generation: 1,
  displayName: 'Alex',
  since: 0,
  validUntil: 1_000,
  idleUntil: null,
}
const CODE: SessionState = {
  kind: 'awaitingApproval',
  generation: 1,
  userCode: 'WXYZ-1234',
  verificationUri: 'https://login.example.com/device',
  qrText: 'https://login.example.com/device',
  codePrefilled: false,
  issuedAtMs: 0,
  expiresAtMs: 1_000,
  replacedBecause: null,
  pollTrouble: null,
}
const QUESTION: SessionState = { kind: 'confirming', generation: 1, displayName: 'Alex', confirmByMs: 1_000 }
const BYE: SessionState = { kind: 'ended', reason: 'signed-out', untilMs: 1_000 }
const ATTRACT: SessionState = { kind: 'attract' }

/** A link whose helper tells what the test says. */
function openLink(first: SessionState) {
  const snapshotOf = (session: SessionState) => ({ session }) as KioskSnapshot
  const leaving = Promise.withResolvers<void>()
  let listener: (snapshot: KioskSnapshot) => void = () => {}
  return {
    closed: leaving.promise,
    leave: leaving.resolve,
    tell: (session: SessionState) => listener(snapshotOf(session)),
    async subscribe(onSnapshot: (snapshot: KioskSnapshot) => void = () => {}) {
      listener = onSnapshot
      return snapshotOf(first)
    },
  }
}

/** Whether it has ended by the time that everything which was said is heard. */
async function isOver(waiting: Promise<unknown>): Promise<boolean> {
  let over = false
  void waiting.finally(() => {
    over = true
  })
  await new Promise(setImmediate)
  return over
}

describe('waiting for a quiet moment', () => {
  it('ends at once where nobody is doing anything', async () => {
    await expect(waitUntilQuiet(openLink(ATTRACT))).resolves.toMatchObject({ session: ATTRACT })
  })

  it.each([
    ['is signed in', SIGNED_IN],
    ['may have scanned the code', CODE],
    ['is asked whether it is them', QUESTION],
    ['reads that the shift is over', BYE],
  ])('goes on while somebody %s, and ends when they are gone', async (_what, session) => {
    const link = openLink(session)
    const waiting = waitUntilQuiet(link)
    expect(await isOver(waiting)).toBe(false)
    link.tell(session)
    expect(await isOver(waiting)).toBe(false)
    link.tell(ATTRACT)
    await expect(waiting).resolves.toMatchObject({ session: ATTRACT })
  })

  it('ends with a fault where the helper goes away', async () => {
    const link = openLink(SIGNED_IN)
    const waiting = waitUntilQuiet(link)
    link.leave()
    await expect(waiting).rejects.toMatchObject({ code: 'link-closed' })
  })
})
