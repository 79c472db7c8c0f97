import { describe, expect, it } from 'vitest'
import { readPeerLine } from './peer-line.ts'

const HASH = 'a'.repeat(64)

describe('the lines of a peer', () => {
  it.each([
    { kind: 'code', userCode: 'ABCD-EFGH' },
    { kind: 'token', accessTokenSha256: HASH },
    { kind: 'failed', error: 'fetch failed' },
  ])('reads $kind', (line) => {
    expect(readPeerLine(JSON.stringify(line))).toEqual(line)
  })

  it.each([
    '',
    'Open https://localhost/device',
    '{"kind":"code"}',
    '{"kind":"token","accessTokenSha256":"secret"}',
    '{"kind":"code","userCode":"ABCD","deviceCode":"x"}',
    'null',
  ])('passes over %j', (line) => {
    expect(readPeerLine(line)).toBeNull()
  })
})
