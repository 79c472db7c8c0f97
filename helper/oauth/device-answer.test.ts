import { describe, expect, it } from 'vitest'
import { tolerateDeviceAnswer } from './device-answer.ts'

const CODE = { device_code: 'd', user_code: 'WDJB-MJHT', verification_uri: 'https://login.example/device' }

describe('tolerateDeviceAnswer', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['numbers', { expires_in: 900, interval: 5 }, { expires_in: 900, interval: 5 }],
    ['strings', { expires_in: '900', interval: '5' }, { expires_in: 900, interval: 5 }],
    ['an interval of zero', { expires_in: 900, interval: 0 }, { expires_in: 900 }],
    ['a negative interval', { expires_in: 900, interval: -5 }, { expires_in: 900 }],
    ['an interval in words', { expires_in: 900, interval: 'five' }, { expires_in: 900 }],
    ['no interval', { expires_in: 900 }, { expires_in: 900 }],
  ])('reads %s', (_what, given, read) => {
    expect(JSON.parse(tolerateDeviceAnswer(JSON.stringify({ ...CODE, ...given })))).toEqual({ ...CODE, ...read })
  })

  it.each(['<html>', '', '[]', '{"error":"invalid_client"}', '{"expires_in":"soon"}'])(
    'leaves %s to be judged',
    (text) => {
      expect(tolerateDeviceAnswer(text)).toBe(text)
    },
  )
})
