import { describe, expect, it } from 'vitest'
import { HANDED, openKiosk, PLAIN, PLANNED, session, signedIn } from './session-runner.fixture.ts'

const BEGINNING = ['code.issued', 'sign-in.approved', 'session.started']

describe('the audit trail of a session', () => {
  it('tells of code, approval, beginning, renewal, end and revocation, each with whose it is', async () => {
    const { runner, audit, asked, answers, stopClock } = await signedIn({})
    await asked.refresh.promise
    answers.refresh.resolve()
    await expect.poll(() => audit.names()).toContain('token.refreshed')
    runner.command({ kind: 'signOut' })
    await runner.stop(PLAIN)
    const names = audit.names()
    expect(names.slice(0, 4)).toEqual([...BEGINNING, 'token.refreshed'])
    expect(names.slice(4).toSorted()).toEqual(['session.ended', 'tokens.revoked'])
    for (const event of audit.events.slice(1)) expect(event).toMatchObject({ user: 'iss alex' })
    expect(audit.events.find(({ event }) => event === 'session.ended')).toMatchObject({
      reason: 'signed-out',
      generation: 1,
    })
    stopClock()
  })

  it('has one id for a code and its polls, and another for each other request', async () => {
    const { runner, audit, asked, answers, stopClock } = await signedIn({})
    await asked.refresh.promise
    answers.refresh.resolve()
    await expect.poll(() => audit.names()).toContain('token.refreshed')
    await runner.stop(PLAIN)
    const ids = audit.events.flatMap((event) => ('clientRequestId' in event ? event.clientRequestId : []))
    const [code, approval, ...others] = ids
    expect(approval).toBe(code)
    expect(new Set([code, ...others]).size).toBe(3)
    stopClock()
  })

  it.each([
    ['denyPresence', 'not-me'],
    ['wipe', 'wiped'],
  ] as const)('tells of an approval that nobody confirmed: %s', async (kind, reason) => {
    const { runner, audit, answers, kinds, stopClock } = openKiosk()
    answers.redeem.resolve()
    await expect.poll(() => kinds, { timeout: 5_000 }).toContain('confirming')
    runner.command(kind === 'wipe' ? { kind } : { kind, generation: 1 })
    await runner.stop(PLAIN)
    expect(audit.names()).not.toContain('session.started')
    expect(audit.events.find(({ event }) => event === 'session.ended')).toMatchObject({ reason, user: 'iss alex' })
    stopClock()
  })

  it('tells once of a session that a stop ends', async () => {
    const { runner, audit, stopClock } = await signedIn({})
    await runner.stop(PLAIN)
    const ends = audit.events.filter(({ event }) => event === 'session.ended')
    expect(ends).toMatchObject([{ reason: 'restarted', user: 'iss alex' }])
    stopClock()
  })

  it('tells of a session that leaves for the next helper, and of one that has come from the last', async () => {
    const leaving = await signedIn({ canHandOver: true })
    await leaving.runner.stop(PLANNED)
    expect(leaving.audit.names()).toEqual([...BEGINNING, 'session.handed-over'])
    leaving.stopClock()
    const { runner, audit, stopClock } = openKiosk({
      handover: { kind: 'session', session: session(performance.now()) },
    })
    await expect.poll(() => audit.names()).toContain('session.resumed')
    await runner.stop(PLAIN)
    expect(audit.events[0]).toEqual({ event: 'session.resumed', generation: 4, user: 'iss alex' })
    stopClock()
  })

  it('tells of one that nobody goes on with', async () => {
    const { runner, audit, stopClock } = openKiosk({ handover: HANDED, begins: false })
    await runner.stop(PLAIN)
    expect(audit.events[0]).toMatchObject({ event: 'session.ended', reason: 'not-resumed', user: 'iss alex' })
    stopClock()
  })

  it('gives the app no token before the beginning is on record', async () => {
    const written = Promise.withResolvers<'durable'>()
    const late = openKiosk()
    late.audit.record = () => written.promise
    late.answers.redeem.resolve()
    await expect.poll(() => late.kinds, { timeout: 5_000 }).toContain('confirming')
    late.runner.command({ kind: 'confirmPresence', generation: 1 })
    let isAnswered = false
    const asked = late.runner.accessToken({ generation: 1, rejectedSerial: null }).then((answer) => {
      isAnswered = true
      return answer
    })
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(isAnswered).toBe(false)
    written.resolve('durable')
    expect(await asked).toMatchObject({ kind: 'token' })
    await late.runner.stop(PLAIN)
    late.stopClock()
  })
})
