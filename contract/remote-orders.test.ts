import { describe, expect, expectTypeOf, it } from 'vitest'
import type { z } from 'zod'
import {
  ORDER_LIFE_LIMIT_SECONDS,
  ORDER_MESSAGE_EXPIRY_SECONDS,
  ORDER_TYPE,
  orderHeaderSchema,
  orderPayloadSchema,
  RECEIPT_TYPE,
  readTopic,
  receiptPayloadSchema,
  TOPIC_KINDS,
  topicFilterOf,
  topicOf,
} from './remote-orders.ts'
import { presenceSchema, reportedStateSchema } from './reported-state.ts'
import {
  SESSION_STATE_KINDS,
  type SessionStateKind,
  type sessionStateKindSchema,
  sessionStateSchema,
} from './session-state.ts'

const order = { aud: 'DR-0042', jti: 'a'.repeat(22), iat: 1_800_000_000, exp: 1_800_003_600, order: 'revoke-session' }
const header = { typ: ORDER_TYPE, alg: 'EdDSA', kid: 'operations' }
const receipt = {
  deviceId: 'DR-0042',
  orderHash: 'h'.repeat(43),
  orderId: order.jti,
  order: 'revoke-session',
  outcome: { kind: 'done', did: ['session-ended', 'revocation-asked'] },
  metIn: 'signedIn',
  receivedAtEpochMs: 1,
  finishedAtEpochMs: 2,
  clock: 'provider',
}
const reported = {
  version: 1,
  deviceId: 'DR-0042',
  atEpochMs: 1,
  clockSkewMs: null,
  kioskName: 'Main lobby',
  place: 'Building 4',
  tenant: null,
  helper: { version: '0.1.0', startedAtEpochMs: 1 },
  bundleVersion: null,
  bundleRefused: false,
  isActivated: null,
  session: { kind: 'attract', sinceEpochMs: 1, generation: null, endedBecause: null, code: null },
  token: null,
  lastTokenIssueEpochMs: null,
  certificate: { fingerprint: 'ab', validUntilEpochMs: 1 },
  painted: null,
  lastFault: null,
  auditHead: null,
}

describe('remote orders', () => {
  it('takes an order, a receipt, a state and a presence', () => {
    expect(orderHeaderSchema.parse(header)).toEqual(header)
    expect(orderPayloadSchema.parse(order)).toEqual(order)
    expect(receiptPayloadSchema.parse(receipt)).toEqual(receipt)
    expect(reportedStateSchema.parse(reported)).toEqual(reported)
    expect(presenceSchema.safeParse({ kind: 'online', deviceId: 'DR-0042', sinceEpochMs: 1 }).success).toBe(true)
  })

  it.each([
    ['for no device', { ...order, aud: '' }],
    ['for every device', { ...order, aud: '+' }],
    ['without an id', { ...order, jti: undefined }],
    ['with an id that can be guessed', { ...order, jti: '1' }],
    ['without an end', { ...order, exp: undefined }],
    ['with an end in fractions', { ...order, exp: 1.5 }],
    ['of another name', { ...order, order: 'reboot' }],
    ['with more than an order says', { ...order, command: 'rm' }],
  ])('refuses an order %s', (_what, value) => {
    expect(orderPayloadSchema.safeParse(value).success).toBe(false)
  })

  it.each([
    ['no signature', { ...header, alg: 'none' }],
    ['a shared secret', { ...header, alg: 'HS256' }],
    ['the kind of a receipt', { ...header, typ: RECEIPT_TYPE }],
    ['a key of its own', { ...header, jwk: {} }],
    ['a critical extension', { ...header, crit: ['b64'] }],
  ])('refuses a header with %s', (_what, value) => {
    expect(orderHeaderSchema.safeParse(value).success).toBe(false)
  })

  it.each(['accessToken', 'displayName', 'userCode'])('has no place for a %s', (secret) => {
    expect(reportedStateSchema.safeParse({ ...reported, [secret]: 'x' }).success).toBe(false)
    const session = { ...reported.session, [secret]: 'x' }
    expect(reportedStateSchema.safeParse({ ...reported, session }).success).toBe(false)
    expect(receiptPayloadSchema.safeParse({ ...receipt, [secret]: 'x' }).success).toBe(false)
  })

  it.each(TOPIC_KINDS)('reads back the topic of %s', (kind) => {
    expect(readTopic(topicOf('DR-0042', kind))).toEqual({ deviceId: 'DR-0042', kind })
    expect(topicFilterOf(kind)).toBe(`kiosks/+/${kind}`)
  })

  it.each(['kiosks/DR-0042', 'kiosks/DR-0042/orders/x', 'kiosks/+/orders', 'other/DR-0042/orders', 'kiosks//orders'])(
    'takes %s for no topic of a kiosk',
    (topic) => expect(readTopic(topic)).toBeNull(),
  )

  it('keeps an order at the broker longer than it lives, so that it is receipted', () => {
    expect(ORDER_MESSAGE_EXPIRY_SECONDS).toBeGreaterThan(ORDER_LIFE_LIMIT_SECONDS)
  })

  it('names every state of a session', () => {
    expectTypeOf<z.output<typeof sessionStateKindSchema>>().toEqualTypeOf<SessionStateKind>()
    expect(sessionStateSchema.options.map(({ shape }) => shape.kind.value)).toEqual(SESSION_STATE_KINDS)
  })
})
