/** One challenge and what answers it. Never shows the answer, never keeps the secret that it comes from. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { type TechnicianHmac, technicianAnswer, writeChallenge } from '../../contract/technician-code.ts'

const LIFETIME_MS = 10 * 60_000

export type TechnicianChallenge = {
  /** As the screen shows it. */
  readonly challenge: string
  /** On the helper's monotonic clock. */
  readonly expiresAtMs: number
  /** Takes the same time for any ten digits. */
  isAnsweredBy(answer: string): boolean
}

const hmac: TechnicianHmac = (key, text) => createHmac('sha256', key).update(text).digest('hex')

/** @param secret overwritten before this returns */
export function createChallenge(deviceId: string, secret: Uint8Array, nowMs: number): TechnicianChallenge {
  const challenge = writeChallenge(randomBytes(5))
  const expected = Buffer.from(technicianAnswer({ deviceId, challenge, secret }, hmac))
  secret.fill(0)
  return {
    challenge,
    expiresAtMs: nowMs + LIFETIME_MS,
    isAnsweredBy(answer) {
      const given = Buffer.from(answer)
      return given.length === expected.length && timingSafeEqual(given, expected)
    },
  }
}
