/** What the hello needs of Node: its crypto and its timers. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { LinkCrypto } from '../contract/link-hello.ts'
import type { StartTimer } from '../contract/link-lines.ts'

export const linkCrypto: LinkCrypto = {
  nonce: () => randomBytes(32).toString('hex'),
  hmac: (key, text) => createHmac('sha256', key).update(text).digest('hex'),
  equal: (left, right) => left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right)),
}

export const startTimer: StartTimer = (delayMs, fire) => {
  const timer = setTimeout(fire, delayMs)
  return () => clearTimeout(timer)
}
