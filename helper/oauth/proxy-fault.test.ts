import { describe, expect, it } from 'vitest'
import { type Proxied, proxyFault } from './proxy-fault.ts'

const URL_ASKED = 'https://login.example.com/token'
const PROXY: Proxied = [new URL('http://proxy.example.com:3128')]

function connectError(fields: Record<string, unknown>): Error {
  return new TypeError('request failed', { cause: Object.assign(new Error('no'), fields) })
}
const refused = connectError({ code: 'ECONNREFUSED', syscall: 'connect', address: '10.0.0.1', port: 3128 })
const twoAddresses = new TypeError('request failed', {
  cause: Object.assign(
    new AggregateError([
      Object.assign(new Error('no'), { code: 'ECONNREFUSED', syscall: 'connect', port: 3128 }),
      Object.assign(new Error('no'), { code: 'ECONNREFUSED', syscall: 'connect', port: 3128 }),
    ]),
    { code: 'ECONNREFUSED' },
  ),
})

describe('a fault on the way through a proxy', () => {
  it.each<[string, unknown, Proxied, string | null]>([
    ['a refused connection', refused, 'all', 'proxy-unreachable'],
    ['a refused connection to its port', refused, PROXY, 'proxy-unreachable'],
    ['a refused connection to both of its addresses', twoAddresses, PROXY, 'proxy-unreachable'],
    [
      'an unknown name',
      connectError({ code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname: 'proxy.example.com' }),
      PROXY,
      'proxy-unreachable',
    ],
    ['a connection that takes too long', connectError({ code: 'UND_ERR_CONNECT_TIMEOUT' }), 'all', 'proxy-unreachable'],
    ['407', new TypeError('x', { cause: new Error('Proxy response (407) !== 200') }), 'all', 'proxy-refused'],
    ['502, which speaks of the host beyond', new Error('Proxy response (502) !== 200'), 'all', null],
    ['a provider past the proxy', connectError({ code: 'ECONNREFUSED', syscall: 'connect', port: 443 }), PROXY, null],
    ['a reset in the middle', connectError({ code: 'ECONNRESET', syscall: 'read' }), 'all', null],
    ['no proxy at all', refused, 'none', null],
  ])('reads %s', (_what, error, proxied, code) => {
    expect(proxyFault(error, URL_ASKED, proxied)?.code ?? null).toBe(code)
  })
})
