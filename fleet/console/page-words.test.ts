import { describe, expect, it } from 'vitest'
import { type OrderOutcome, type OrderRefusal, orderNameSchema } from '../../contract/remote-orders.ts'
import { SESSION_STATE_KINDS } from '../../contract/session-state.ts'
import type { Standing } from '../orders/order-run.ts'
import { ORDER_WORDS, outcomeSentence, standingSentence, stateWords } from './page-words.ts'

const refused = (reason: OrderRefusal): OrderOutcome => ({ kind: 'refused', reason })

describe('the words of the page', () => {
  it('are an operator’s for every state and order, and never the code itself', () => {
    for (const kind of SESSION_STATE_KINDS) expect(stateWords(kind)).not.toBe(kind)
    for (const order of orderNameSchema.options) expect(ORDER_WORDS[order].verb).not.toContain('-config')
    expect(stateWords('a-picture-of-tomorrow')).toBe('a-picture-of-tomorrow')
  })

  it.each<[OrderOutcome, string]>([
    [{ kind: 'done', did: ['session-ended', 'vault-destroyed'] }, 'done: session ended, device key destroyed'],
    [{ kind: 'done', did: [] }, 'done: nothing to do'],
    [refused('replayed'), 'refused: it had this order before'],
    [
      { kind: 'failed', reason: 'provider-unreachable', code: 'name-not-resolved' },
      'failed: the provider cannot be reached (name-not-resolved)',
    ],
  ])('say of %j: %s', (outcome, sentence) => {
    expect(outcomeSentence(outcome)).toBe(sentence)
  })

  it.each<[Standing, boolean, RegExp]>([
    [{ kind: 'waiting', isAtBroker: false }, false, /^not sent yet/],
    [{ kind: 'waiting', isAtBroker: true }, false, /^no receipt yet: the broker keeps the order/],
    [{ kind: 'waiting', isAtBroker: true }, true, /^never answered/],
    [{ kind: 'nobody-there' }, false, /never connected, or was away too long/],
    [{ kind: 'not-sent', why: 'Not authorized' }, false, /^not sent: Not authorized$/],
  ])('claim of %j, over: %s, no more than is known', (standing, isOver, sentence) => {
    expect(standingSentence(standing, isOver)).toMatch(sentence)
  })
})
