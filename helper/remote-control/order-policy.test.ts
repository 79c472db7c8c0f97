import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ORDER_LIFE_LIMIT_SECONDS,
  ORDER_SIZE_LIMIT_BYTES,
  ORDER_TYPE,
  ORDERS,
  type OrderPayload,
  RECEIPT_TYPE,
  ORDER_CLOCK_TOLERANCE_SECONDS as TOLERANCE,
} from '../../contract/remote-orders.ts'
import {
  forgottenAfterEpochMs,
  judgeForm,
  judgeHeader,
  judgeOrder,
  judgeSize,
  type OrderClock,
  type OrderMemory,
} from './order-policy.ts'

const IAT = 1_800_000_000
const ORDER: OrderPayload = { aud: 'DR-0042', jti: 'j'.repeat(22), iat: IAT, exp: IAT + 3600, order: 'wipe' }
const KEY = { keyId: 'operations', algorithm: 'EdDSA' } as const
const HASH = 'h'.repeat(43)
const HEADER = { typ: ORDER_TYPE, alg: 'EdDSA', kid: 'operations' }

const clock = (seconds: number, kind: OrderClock['kind'] = 'provider'): OrderClock => ({
  kind,
  nowEpochMs: seconds * 1000,
})
const memory = (...seen: string[]): OrderMemory => ({
  beganEpochMs: null,
  isFull: false,
  find: (orderId) => (seen.includes(orderId) ? 'closed' : 'unknown'),
})

type Circumstances = Parameters<typeof judgeOrder>[1]

function verdictOn(payload: unknown, changes: Partial<Circumstances> = {}) {
  return judgeOrder(payload, {
    deviceId: 'DR-0042',
    orderHash: HASH,
    clock: clock(IAT + 10),
    memory: memory(),
    isRedelivered: false,
    ...changes,
  })
}

function judge(payload: unknown, changes?: Partial<Circumstances>) {
  const verdict = verdictOn(payload, changes)
  return verdict.kind === 'refuse' ? verdict.reason : verdict.kind
}

describe('what is told of an order before anything in it is believed', () => {
  it('refuses what is larger than any order', () => {
    expect(judgeSize(ORDER_SIZE_LIMIT_BYTES)).toBeNull()
    expect(judgeSize(ORDER_SIZE_LIMIT_BYTES + 1)).toBe('too-large')
  })

  it.each(['', 'x', '{"order":"wipe"}', 'a.b', 'a.b.c.d', 'a.b.c\n', 'ä.b.c'])('takes %j for no signature', (text) => {
    expect(judgeForm(text)).toBe('not-signed')
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['a bundle’s signature', { ...HEADER, typ: 'kiosk-bundle+jws' }, 'wrong-kind'],
    ['a receipt', { ...HEADER, typ: RECEIPT_TYPE }, 'wrong-kind'],
    ['a plain JWT', { ...HEADER, typ: 'JWT' }, 'wrong-kind'],
    ['a key that is not pinned', { ...HEADER, kid: 'another' }, 'unknown-key'],
    ['no key', { typ: ORDER_TYPE, alg: 'EdDSA' }, 'unknown-key'],
    ['no signature at all', { ...HEADER, alg: 'none' }, 'wrong-algorithm'],
    ['the public key as a shared secret', { ...HEADER, alg: 'HS256' }, 'wrong-algorithm'],
    ['another algorithm of ours', { ...HEADER, alg: 'ES256' }, 'wrong-algorithm'],
    ['a key that it brings along', { ...HEADER, jwk: {} }, 'malformed'],
    ['an extension that it calls critical', { ...HEADER, crit: ['b64'], b64: false }, 'malformed'],
  ])('refuses %s', (_what, header, reason) => {
    expect(judgeHeader(header, [KEY])).toEqual({ kind: 'refuse', reason })
  })

  it('chooses the pinned key by its id', () => {
    expect(judgeHeader(HEADER, [{ ...KEY, keyId: 'other' }, KEY])).toEqual({ kind: 'verify', key: KEY })
  })

  it('never lets a header choose the algorithm', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (more, alg) => {
        const judged = judgeHeader({ ...more, ...HEADER, alg }, [KEY])
        expect(judged.kind === 'verify').toBe(alg === 'EdDSA' && Object.keys(more).every((name) => name in HEADER))
      }),
    )
  })
})

describe('an order', () => {
  it.each(ORDERS)('to %s is carried out', (order) => {
    expect(judge({ ...ORDER, order })).toBe('carry-out')
  })

  it.each<[string, unknown, string]>([
    ['that says nothing', undefined, 'malformed'],
    ['that is a list', [], 'malformed'],
    ['with something more', { ...ORDER, command: 'x' }, 'malformed'],
    ['without an end', { ...ORDER, exp: undefined }, 'malformed'],
    ['of a newer fleetctl', { ...ORDER, order: 'reboot' }, 'unknown-order'],
    ['without a name', { ...ORDER, order: 1 }, 'malformed'],
    ['for another device', { ...ORDER, aud: 'DR-0043' }, 'wrong-device'],
    ['for the same in other letters', { ...ORDER, aud: 'dr-0042' }, 'wrong-device'],
    ['that ends before it begins', { ...ORDER, exp: IAT }, 'lifetime-too-long'],
    ['for ever', { ...ORDER, exp: IAT + ORDER_LIFE_LIMIT_SECONDS + 1 }, 'lifetime-too-long'],
  ])('%s is refused', (_what, payload, reason) => {
    expect(judge(payload)).toBe(reason)
  })

  it.each<[string, number, string]>([
    ['early by what clocks may differ by', IAT - TOLERANCE, 'carry-out'],
    ['early by more', IAT - TOLERANCE - 1, 'not-valid-yet'],
    ['late by what clocks may differ by', ORDER.exp + TOLERANCE - 1, 'carry-out'],
    ['late by more', ORDER.exp + TOLERANCE, 'expired'],
  ])('that comes %s: %3$s', (_what, seconds, verdict) => {
    expect(judge(ORDER, { clock: clock(seconds) })).toBe(verdict)
  })

  it('that was seen is refused, unless the broker had not heard so', () => {
    expect(judge(ORDER, { memory: memory(ORDER.jti) })).toBe('replayed')
    expect(judge(ORDER, { memory: memory(ORDER.jti), isRedelivered: true })).toBe('known')
    expect(judge(ORDER, { isRedelivered: true })).toBe('carry-out')
  })

  it('that is not over yet gets no second answer, though a broker that was killed sends it as a new one', () => {
    const open: OrderMemory = { ...memory(), find: (_id, orderHash) => (orderHash === HASH ? 'open' : 'closed') }
    expect(judge(ORDER, { memory: open })).toBe('known')
    expect(judge(ORDER, { memory: open, clock: clock(ORDER.exp + 3_600) })).toBe('known')
    expect(judge(ORDER, { memory: open, orderHash: 'o'.repeat(43) })).toBe('replayed')
  })

  it.each<[string, number, OrderClock['kind'], boolean]>([
    ['early', IAT - 3_600, 'provider', true],
    ['late by a clock that may be wrong', ORDER.exp + 3_600, 'own', true],
    ['late by the provider’s clock', ORDER.exp + 3_600, 'provider', false],
  ])(
    'that is refused for coming %s is remembered where it could be good another time',
    (_what, seconds, kind, isToBeRemembered) => {
      expect(verdictOn(ORDER, { clock: clock(seconds, kind) })).toMatchObject({ kind: 'refuse', isToBeRemembered })
    },
  )

  it('that is older than a damaged memory may have been seen', () => {
    const began = (seconds: number) => ({ ...memory(), beganEpochMs: seconds * 1000 })
    expect(judge(ORDER, { memory: began(IAT + 1) })).toBe('replayed')
    expect(judge(ORDER, { memory: began(IAT) })).toBe('carry-out')
  })

  it('is refused rather than forgotten where the memory is full', () => {
    expect(judge(ORDER, { memory: { ...memory(), isFull: true } })).toBe('too-many')
  })

  /** Orders come in any sequence, again and again, while the provider's clock goes on and the memory forgets what it may. */
  it('is never carried out twice, for another device, or outside its time', () => {
    const order = fc.record({
      aud: fc.constantFrom('DR-0042', 'DR-0043'),
      jti: fc.constantFrom('a', 'b', 'c').map((letter) => letter.repeat(22)),
      iat: fc.integer({ min: IAT, max: IAT + 100 }),
      life: fc.integer({ min: -10, max: ORDER_LIFE_LIMIT_SECONDS + 10 }),
      order: fc.constantFrom(...ORDERS, 'reboot'),
    })
    const step = fc.record({ order, laterSeconds: fc.integer({ min: 0, max: 400_000 }), isRedelivered: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const seen = new Map<string, number>()
        const carriedOut = new Map<string, number>()
        let now = IAT
        for (const { order: given, laterSeconds, isRedelivered } of steps) {
          now += laterSeconds
          for (const [jti, untilEpochMs] of seen) if (untilEpochMs <= now * 1000) seen.delete(jti)
          const { life, ...rest } = given
          const payload = { ...rest, exp: given.iat + life }
          const remembered = memory(...seen.keys())
          const verdict = judgeOrder(payload, {
            deviceId: 'DR-0042',
            orderHash: HASH,
            clock: clock(now),
            memory: remembered,
            isRedelivered,
          })
          if (verdict.kind !== 'carry-out') continue
          seen.set(payload.jti, forgottenAfterEpochMs(payload))
          expect(payload.aud).toBe('DR-0042')
          expect(life).toBeGreaterThan(0)
          expect(life).toBeLessThanOrEqual(ORDER_LIFE_LIMIT_SECONDS)
          expect(now).toBeLessThan(payload.exp + TOLERANCE)
          expect(now).toBeGreaterThanOrEqual(payload.iat - TOLERANCE)
          // The same bytes: another order under an id that was used before is the signer's own mistake.
          const bytes = JSON.stringify(payload)
          expect(carriedOut.has(bytes)).toBe(false)
          carriedOut.set(bytes, now)
        }
      }),
    )
  })
})
