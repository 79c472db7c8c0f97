import { describe, expect, it } from 'vitest'
import { type AppRequest, mayCarryToken, type TokenScope } from './api-token.ts'

const SCOPE: TokenScope = {
  appOrigin: 'https://reception.test',
  apiOrigins: ['https://api.test', 'http://127.0.0.1:8081', 'https://[2001:db8::1]:8443'],
  mayBePlain: false,
}
const REQUEST: AppRequest = {
  url: 'https://api.test/visits?day=1',
  method: 'GET',
  resourceType: 'xhr',
  initiatorOrigin: 'https://reception.test',
  isOwnContents: true,
  frameOrigins: ['https://reception.test'],
  isRedirected: false,
}
const asked = (change: Partial<AppRequest>, scope: Partial<TokenScope> = {}) =>
  mayCarryToken({ ...REQUEST, ...change }, { ...SCOPE, ...scope })

describe('a request of the hosted app', () => {
  it.each<[string, Partial<AppRequest>]>([
    ['from its page', {}],
    ['that writes', { method: 'POST' }],
    ['to a port of its own', { url: 'https://[2001:DB8:0::1]:8443/visits' }],
    ['to the default port, written out', { url: 'https://API.test:443/visits' }],
    ['from a frame of its own origin', { frameOrigins: ['https://reception.test', 'https://reception.test'] }],
  ])('carries the token %s', (_what, change) => {
    expect(asked(change)).toBe(true)
  })

  it.each(['http://api.test/visits', 'http://127.0.0.1:8081/visits', 'ws://api.test/', 'nonsense'])(
    'token over TLS: not to %s, even where that is listed',
    (url) => {
      expect(asked({ url }, { apiOrigins: ['http://api.test', 'http://127.0.0.1:8081', 'ws://api.test'] })).toBe(false)
    },
  )

  it('token over TLS: on a developer’s machine also to a server on the machine itself, and to no other', () => {
    const apiOrigins = ['http://127.0.0.1:8081', 'http://api.test']
    expect(asked({ url: 'http://127.0.0.1:8081/visits' }, { mayBePlain: true, apiOrigins })).toBe(true)
    expect(asked({ url: 'http://api.test/visits' }, { mayBePlain: true, apiOrigins })).toBe(false)
  })

  it.each([
    'https://reception.test/visits',
    'https://api.test.evil.test/visits',
    'https://evil.test/?https://api.test',
    'https://evil.test/#https://api.test',
    'https://evil.test/https://api.test/',
    'https://api.test:8443/visits',
    'https://api.test.:443/visits',
    'https://sub.api.test/visits',
    'https://api.test@evil.test/visits',
    'https://me:secret@api.test/visits',
    'https://evil.test\\@api.test/visits',
    'https://аpi.test/visits',
  ])('token to the API alone: not to %s', (url) => {
    expect(asked({ url })).toBe(false)
  })

  it.each([
    ...['mainFrame', 'subFrame', 'stylesheet', 'script', 'image', 'font', 'object', 'ping', 'cspReport', 'media'],
    ...['webSocket', 'other', ''],
  ])('token on data requests: not on a %s', (resourceType) => {
    expect(asked({ resourceType })).toBe(false)
  })

  it.each(['OPTIONS', 'options'])('token on no preflight: not on %s', (method) => {
    expect(asked({ method })).toBe(false)
  })

  it('token to the view alone: not where another one, or none, asks', () => {
    expect(asked({ isOwnContents: false })).toBe(false)
  })

  it.each<[string, string[] | null]>([
    ['no frame, as a service worker has none', null],
    ['a list of frames that is empty', []],
    ['a stranger’s frame in it', ['https://evil.test', 'https://reception.test']],
    ['its own frame in a stranger’s', ['https://reception.test', 'https://evil.test', 'https://reception.test']],
    ['a page of a stranger around it', ['https://reception.test', 'https://evil.test']],
    ['a sandboxed frame', ['null', 'https://reception.test']],
    ['a look-alike', ['https://reception.test.evil.test']],
    ['the same host over http', ['http://reception.test']],
    ['another port', ['https://reception.test:8443']],
  ])('token in frames of the app: not for %s', (_what, frameOrigins) => {
    expect(asked({ frameOrigins })).toBe(false)
  })

  it.each([undefined, 'null', '', 'https://evil.test', 'https://reception.test.evil.test', 'http://reception.test'])(
    'token by the app’s own script: not for the initiator %s',
    (initiatorOrigin) => {
      expect(asked({ initiatorOrigin })).toBe(false)
    },
  )

  it('token on no detour: not once it was redirected, even back to the API', () => {
    expect(asked({ isRedirected: true })).toBe(false)
  })
})
