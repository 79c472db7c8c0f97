import { describe, expect, it } from 'vitest'
import { KioskError } from '../../contract/kiosk-error.ts'
import { createLog } from '../log.ts'
import { createEventRing } from './event-ring.ts'

describe('the list of events', () => {
  it('takes names and codes from the log, and nothing else of a line', () => {
    const ring = createEventRing(() => 1_000)
    const secrets = {
      accessToken: 'eyJ.secret',
      displayName: 'Alex Morgan',
      userCode: 'WDJB-MJHT',
      challenge: '7K3M-2QPX',
    }
    ring.note({ event: 'grantFailed', code: 'provider-timeout', providerError: 'AADSTS7000218', ...secrets })
    ring.note({ event: 'Alex Morgan signed in', ...secrets })
    ring.note({ event: 'codeIssued', code: 'eyJ.secret', providerError: 'a sentence with a name' })
    expect(ring.recent()).toEqual([
      { name: 'grantFailed', code: 'provider-timeout', count: 1, atEpochMs: 1_000 },
      { name: 'codeIssued', code: null, count: 1, atEpochMs: 1_000 },
    ])
    expect(ring.lastFault()).toEqual({ code: 'provider-timeout', providerError: 'AADSTS7000218', atEpochMs: 1_000 })
  })

  it('keeps the newest ten, and counts what repeats itself', () => {
    const ring = createEventRing()
    for (let count = 0; count < 30; count += 1) ring.note({ event: 'technician.refused' })
    for (let count = 0; count < 5; count += 1) {
      ring.note({ event: 'codeIssued' })
      ring.note({ event: 'deadlineReached' })
    }
    expect(ring.recent()).toHaveLength(10)
    for (let count = 0; count < 3; count += 1) ring.note({ event: 'woke' })
    expect(ring.recent().at(-1)).toMatchObject({ name: 'woke', count: 3 })
  })

  it('takes the code of an error, but a refused peer is no fault of the kiosk', () => {
    const ring = createEventRing()
    ring.note({ event: 'link.request-refused', err: new KioskError('command-not-allowed', 'no') })
    expect(ring.lastFault()).toBe(null)
    ring.note({ err: new KioskError('vault-unavailable', 'the vault cannot keep the tokens') })
    expect(ring.lastFault()).toMatchObject({ code: 'vault-unavailable' })
    expect(ring.recent()).toHaveLength(1)
  })

  it('hears of every line that the log writes', () => {
    const ring = createEventRing()
    const log = createLog('test', ring.note)
    log.level = 'silent'
    log.warn({ event: 'session.resumed' })
    log.level = 'info'
    log.info({ event: 'session.expired-by-crash' }, 'an earlier session was wiped')
    expect(ring.recent().map(({ name }) => name)).toEqual(['session.expired-by-crash'])
  })

  it('goes on where the helper before this one stopped', () => {
    const ring = createEventRing(() => 2)
    ring.note({ event: 'helper.started' })
    ring.restore({
      events: [{ name: 'stopping', code: null, count: 1, atEpochMs: 1 }],
      lastFault: { code: 'clock-wrong', providerError: null, atEpochMs: 1 },
    })
    expect(ring.recent().map(({ name }) => name)).toEqual(['stopping', 'helper.started'])
    expect(ring.lastFault()).toMatchObject({ code: 'clock-wrong' })
  })
})
