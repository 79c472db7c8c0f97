import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  readChallenge,
  type TechnicianHmac,
  technicianAnswer,
  technicianAnswerSchema,
  technicianChallengeSchema,
  writeChallenge,
} from '../../contract/technician-code.ts'

const hmac: TechnicianHmac = (key, text) => createHmac('sha256', key).update(text).digest('hex')
const COUNTING = Uint8Array.from({ length: 32 }, (_, index) => index)
const ONES = new Uint8Array(32).fill(255)

describe('a challenge', () => {
  it.each([
    [[0, 0, 0, 0, 0], '0000-0000'],
    [[255, 255, 255, 255, 255], 'ZZZZ-ZZZZ'],
    [[0, 0, 0, 0, 1], '0000-0001'],
    [[128, 0, 0, 0, 0], 'G000-0000'],
    [[0x39, 0xc7, 0x41, 0x5e, 0xdd], '773M-2QPX'],
  ])('is %j in letters that cannot be confused', (bytes, text) => {
    expect(writeChallenge(Uint8Array.from(bytes))).toBe(text)
    expect(technicianChallengeSchema.safeParse(text).success).toBe(true)
  })

  it('takes no less than forty bits', () => {
    expect(() => writeChallenge(new Uint8Array(4))).toThrow('5 random bytes')
  })

  it.each(['7K3M-2QPX', '7k3m-2qpx', '7K3M2QPX', ' 7k3m 2qpx ', '7K-3M-2Q-PX'])('is read when typed as %j', (typed) => {
    expect(readChallenge(typed)).toBe('7K3M-2QPX')
  })

  it('is read with the letters that people take for digits', () => {
    expect(readChallenge('OoIi-LlZZ')).toBe('0011-11ZZ')
  })

  it.each(['', '7K3M-2QP', '7K3M-2QPXX', '7K3M-2QPU', '7K3M_2QPX', '٣K3M-2QPX'])('is not read from %j', (typed) => {
    expect(readChallenge(typed)).toBeNull()
  })
})

describe('the answer', () => {
  // Computed by another program (Python's hmac), so that a technician's phone can be written from the words alone.
  it.each([
    ['DR-0042', '7K3M-2QPX', COUNTING, '9376769585'],
    ['DR-0042', '0000-0000', COUNTING, '9169953817'],
    ['DR-0043', '7K3M-2QPX', COUNTING, '7946505492'],
    ['DR-0042', '7K3M-2QPX', ONES, '9931110828'],
    ['Empfang-Süd', 'ZZZZ-ZZZZ', COUNTING, '0920200712'],
    ['DR-0042', '0000-0039', COUNTING, '0012245799'],
  ])('of %s to %s is ten digits', (deviceId, challenge, secret, answer) => {
    expect(technicianAnswer({ deviceId, challenge, secret }, hmac)).toBe(answer)
    expect(technicianAnswerSchema.safeParse(answer).success).toBe(true)
  })

  it('is another for an id that runs into the challenge', () => {
    const texts: string[] = []
    const note: TechnicianHmac = (_key, text) => {
      texts.push(text)
      return '0'.repeat(64)
    }
    technicianAnswer({ deviceId: 'A\n7K3M-2QPX', challenge: '0000-0000', secret: ONES }, note)
    technicianAnswer({ deviceId: 'A', challenge: '7K3M-2QPX', secret: ONES }, note)
    expect(texts).toEqual([
      'digital-receptionist/technician-code/1\n11:A\n7K3M-2QPX\n0000-0000',
      'digital-receptionist/technician-code/1\n1:A\n7K3M-2QPX',
    ])
  })

  it.each(['123456789', '12345678901', '12345 67890', '+123456789', '１２３４５６７８９０'])('is not %j', (text) => {
    expect(technicianAnswerSchema.safeParse(text).success).toBe(false)
  })
})
