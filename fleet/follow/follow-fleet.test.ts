import { describe, expect, it } from 'vitest'
import { type KnownKiosk, noteEvent } from './fleet-view.ts'
import { compareKiosks, describeKiosk, isChosen } from './kiosk-facts.ts'
import { readMessage } from './read-message.ts'
import { NOW_MS, reportedBy } from './reported.fixture.ts'
import { agoWords, leftWords } from './time-words.ts'

const DAY_MS = 86_400_000
const bytes = (content: unknown) => new TextEncoder().encode(JSON.stringify(content))
const state = reportedBy('DR-0042')
const online = { kind: 'online', deviceId: 'DR-0042', sinceEpochMs: NOW_MS } as const
const offline = { kind: 'offline', deviceId: 'DR-0042', because: 'connection-lost', sinceEpochMs: NOW_MS } as const

const known = (changes: Partial<KnownKiosk> = {}): KnownKiosk => ({
  deviceId: 'DR-0042',
  presence: online,
  reported: state,
  timeline: [],
  ...changes,
})

describe('what the broker passes on', () => {
  it('is a state, a presence or a receipt, by its topic', () => {
    expect(readMessage('kiosks/DR-0042/reported', bytes(state))).toMatchObject({ kind: 'reported', state })
    expect(readMessage('kiosks/DR-0042/presence', bytes(online))).toMatchObject({ kind: 'presence' })
    expect(readMessage('kiosks/DR-0042/receipts', bytes('x'))).toMatchObject({ kind: 'receipt', deviceId: 'DR-0042' })
  })

  it.each([
    ['of another kiosk', 'reported', bytes(reportedBy('DR-0001'))],
    ['with more than a kiosk says', 'reported', bytes({ ...state, accessToken: 'x' })],
    ['larger than a kiosk says it', 'reported', bytes({ ...state, auditHead: 'x'.repeat(20_000) })],
    ['that is no JSON', 'presence', new TextEncoder().encode('{')],
    ['that is no text', 'presence', new Uint8Array([0xff, 0xfe])],
  ])('is not read where it is one %s', (_what, topic, content) => {
    expect(readMessage(`kiosks/DR-0042/${topic}`, content)).toEqual({ kind: 'unreadable', deviceId: 'DR-0042', topic })
  })

  it('is nothing where it was taken back, or is on no kiosk’s topic', () => {
    expect(readMessage('kiosks/DR-0042/reported', new Uint8Array())).toBeNull()
    expect(readMessage('kiosks/a/b/reported', bytes(state))).toBeNull()
    expect(readMessage('kiosks/DR-0042/orders', bytes(state))).toBeNull()
  })
})

describe('what is known of a kiosk', () => {
  it('grows by what is new in each state, the newest first', () => {
    const first = noteEvent(undefined, { kind: 'reported', deviceId: 'DR-0042', state }, 1)
    expect(first.timeline.map(({ kind }) => kind)).toEqual(['session', 'bundle', 'version'])
    const again = noteEvent(first, { kind: 'reported', deviceId: 'DR-0042', state: { ...state, atEpochMs: 5 } }, 2)
    expect(again.timeline).toBe(first.timeline)
    const lastFault = { code: 'provider-unreachable', atEpochMs: 3 } as const
    const next = noteEvent(again, { kind: 'reported', deviceId: 'DR-0042', state: { ...state, lastFault } }, 3)
    expect(next.timeline[0]).toEqual({ atEpochMs: 3, kind: 'fault', code: 'provider-unreachable' })
  })

  const told = { kind: 'reported', deviceId: 'DR-0042', state } as const
  const unreadable = { kind: 'unreadable', deviceId: 'DR-0042', topic: 'reported' } as const

  it('is no news where the broker had kept it before anybody looked on', () => {
    const first = noteEvent(undefined, { ...told, isRetained: true }, 1)
    const gone = noteEvent(first, { kind: 'presence', deviceId: 'DR-0042', presence: offline, isRetained: true }, 2)
    expect([gone.reported, gone.presence, gone.timeline]).toEqual([state, offline, []])
  })

  it('is late news where it changed while nobody could look', () => {
    const first = noteEvent(undefined, { ...told, isRetained: true }, 1)
    const newer = { ...state, helper: { ...state.helper, version: '0.2.0' } }
    const { timeline } = noteEvent(first, { ...told, state: newer, isRetained: true }, 2)
    expect(timeline).toEqual([{ atEpochMs: 2, kind: 'version', version: '0.2.0', isLate: true }])
  })

  it('cannot be read until something that can be comes on the same topic', () => {
    const broken = noteEvent(noteEvent(undefined, told, 1), unreadable, 2)
    const seen = noteEvent(broken, { kind: 'presence', deviceId: 'DR-0042', presence: online }, 3)
    expect(describeKiosk(seen, NOW_MS).concerns).toContain('unreadable')
    expect(describeKiosk(noteEvent(seen, told, 4), NOW_MS).concerns).not.toContain('unreadable')
  })

  it('holds on to a false receipt, whatever comes after it', () => {
    let kiosk = noteEvent(undefined, { kind: 'no-receipt', deviceId: 'DR-0042', why: 'wrong-signature' }, 1)
    for (let index = 0; index < 100; index += 1) kiosk = noteEvent(kiosk, unreadable, index)
    expect(describeKiosk(noteEvent(kiosk, told, 200), NOW_MS).concerns[0]).toBe('false-receipt')
  })

  it('tells a presence once, and forgets what is long past', () => {
    const event = { kind: 'presence', deviceId: 'DR-0042', presence: offline } as const
    const gone = noteEvent(undefined, event, 1)
    expect(noteEvent(gone, event, 2).timeline).toHaveLength(1)
    let kiosk = gone
    for (let index = 0; index < 100; index += 1) {
      kiosk = noteEvent(kiosk, { kind: 'unreadable', deviceId: 'DR-0042', topic: 'reported' }, index)
    }
    expect(kiosk.timeline).toHaveLength(60)
    expect(kiosk.reported).toBeNull()
  })
})

describe('what an operator is shown', () => {
  it('is on the operator’s clock, as far as the kiosk knows how wrong its own is', () => {
    const reported = { ...state, clockSkewMs: 3_600_000, lastTokenIssueEpochMs: NOW_MS - 3_600_000 - 60_000 }
    const { lastTokenIssueEpochMs } = describeKiosk(known({ reported }), NOW_MS)
    expect(agoWords(lastTokenIssueEpochMs, NOW_MS)).toBe('1 min ago')
  })

  it('is when it was last heard of, by the newest that it has said', () => {
    const reported = { ...state, atEpochMs: NOW_MS - 3 * DAY_MS }
    const presence = { ...offline, sinceEpochMs: NOW_MS - 9 * DAY_MS }
    expect(describeKiosk(known({ reported, presence }), NOW_MS).lastHeardEpochMs).toBe(NOW_MS - 3 * DAY_MS)
    expect(describeKiosk(known({ reported: null, presence: null }), NOW_MS).lastHeardEpochMs).toBeNull()
  })

  it('cannot move a cursor', () => {
    const { name, site } = describeKiosk(
      known({ reported: { ...state, kioskName: 'a\u001b[2J', place: 'b\n' } }),
      NOW_MS,
    )
    expect([name, site]).toEqual(['a�[2J', 'b�'])
  })

  const trouble = { ...state.session, kind: 'trouble', code: 'provider-unreachable' } as const
  const ending = (days: number) => ({
    ...state,
    certificate: { fingerprint: 'ab', validUntilEpochMs: NOW_MS + days * DAY_MS },
  })
  it.each<[string, Partial<KnownKiosk>, string[]]>([
    ['a kiosk at rest', {}, []],
    ['one that is gone', { presence: offline }, ['offline']],
    [
      'one in trouble, with another picture',
      { reported: { ...state, session: trouble } },
      ['trouble', 'other-picture'],
    ],
    ['a certificate that ends soon', { reported: ending(29) }, ['certificate-soon-over']],
    ['a certificate that has ended', { reported: ending(-1) }, ['certificate-over']],
    ['a bundle that was refused', { reported: { ...state, bundleRefused: true } }, ['bundle-refused']],
    ['one that nobody can read', { unreadableTopics: ['reported'] }, ['unreadable']],
    ['one that has not reported yet', { reported: null, presence: null }, []],
  ])('names what wants attention of %s', (_what, changes, concerns) => {
    expect(describeKiosk(known(changes), NOW_MS).concerns).toEqual(concerns)
  })

  it('is sorted by what wants attention, then by number', () => {
    const ids = [
      known({ deviceId: 'DR-10' }),
      known({ deviceId: 'DR-9' }),
      known({ deviceId: 'DR-11', presence: offline }),
    ]
    const sorted = ids.map((kiosk) => describeKiosk(kiosk, NOW_MS)).sort(compareKiosks)
    expect(sorted.map(({ deviceId }) => deviceId)).toEqual(['DR-11', 'DR-9', 'DR-10'])
  })

  it.each([
    [{ site: ' building 4' }, true],
    [{ site: 'Building' }, false],
    [{ tenant: 'CONTOSO' }, true],
    [{ tenant: 'https://login.example.com' }, true],
    [{ site: 'Building 4', tenant: 'other' }, false],
  ])('is chosen by %j: %s', (choice, expected) => {
    expect(isChosen(known(), choice)).toBe(expected)
    expect(isChosen(known({ reported: null }), choice)).toBe(false)
  })

  it('counts time in its largest unit', () => {
    expect([agoWords(0, 59_999), agoWords(0, 3_600_000), agoWords(null, 1)]).toEqual(['59 s ago', '1 h ago', '–'])
    expect([leftWords(90_000, 0), leftWords(1, 2), leftWords(null, 0)]).toEqual(['1 min', 'over', '–'])
  })
})
