/** Answers a kiosk's challenge for the technician who stands before it. Works without a network. */
import { createHmac } from 'node:crypto'
import { readChallenge, technicianAnswer } from '../contract/technician-code.ts'
import { UsageError } from './usage-error.ts'

/**
 * @param challenge as somebody typed it
 * @returns ten digits in two groups, as the kiosk's screen has its boxes
 * @throws UsageError for what can be no challenge
 */
export function answerChallenge(deviceId: string, challenge: string, secret: Uint8Array): string {
  const read = readChallenge(challenge)
  if (read === null) {
    throw new UsageError(`"${challenge}" is no challenge: it has eight letters and digits, such as 7K3M-2QPX, and no U`)
  }
  const answer = technicianAnswer({ deviceId, challenge: read, secret }, (key, text) =>
    createHmac('sha256', key).update(text).digest('hex'),
  )
  return `${answer.slice(0, 5)} ${answer.slice(5)}`
}
