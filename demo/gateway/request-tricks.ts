/** Requests that try to reach the provider where they may not. Only describes them; some would be refused by any server. */

export type RequestTrick = {
  what: string
  /** Bytes to send, each letter one. */
  bytes: string
}

type Place = {
  /** The gateway's host, as a client names it. */
  gateway: string
  /** The provider's. */
  provider: string
}

const FORM = 'Content-Type: application/x-www-form-urlencoded\r\n'
const CHUNKED = 'Transfer-Encoding: chunked\r\n'

/** @param place of the stage on which they are played */
export function listRequestTricks({ gateway, provider }: Place): RequestTrick[] {
  const host = `Host: ${gateway}\r\n`
  const jwks = `/${provider}/jwks`
  const token = `/${provider}/token`
  const get = (target: string, headers = host) => `GET ${target} HTTP/1.1\r\n${headers}\r\n`
  const post = (target: string, headers: string, body: string) =>
    `POST ${target} HTTP/1.1\r\n${host}${headers}\r\n${body}`
  const smuggled = `GET /${provider}/admin HTTP/1.1\r\n${host}\r\n`
  const sized = (body: string) => `${FORM}Content-Length: ${body.length}\r\n`

  const paths: [string, string][] = [
    ['a path that is not listed', `/${provider}/me`],
    ['the root', '/'],
    ['the provider’s root', `/${provider}/`],
    ['a listed path without the provider', '/jwks'],
    ['a path below a listed one', `${jwks}/x`],
    ['a slash after a listed one', `${jwks}/`],
    ['dot segments out of a listed path', `${jwks}/../me`],
    ['dot segments into a listed path', `/${provider}/me/../jwks`],
    ['a single dot', `/${provider}/./jwks`],
    ['encoded dot segments', `${jwks}/%2e%2e/me`],
    ['half encoded dot segments', `${jwks}/.%2e/me`],
    ['doubly encoded dot segments', `${jwks}/%252e%252e/me`],
    ['an encoded slash', `/${provider}%2fjwks`],
    ['an encoded slash out of a listed path', `${jwks}%2f..%2fme`],
    ['a doubly encoded slash', `/${provider}%252fme`],
    ['a backslash', `/${provider}\\jwks`],
    ['dot segments with backslashes', `${jwks}\\..\\me`],
    ['an encoded backslash', `${jwks}%5c..%5cme`],
    ['an encoded letter of a listed path', `/${provider}/%6awks`],
    ['two slashes', `/${provider}//jwks`],
    ['two slashes at the start', `/${jwks}`],
    ['a listed path in another case', `/${provider}/JWKS`],
    ['the provider’s host in another case', `/${provider.toUpperCase()}/jwks`],
    ['another host in the path', '/evil.example/jwks'],
    ['another port in the path', '/localhost:1/jwks'],
    ['an overlong encoding of a slash', `/${provider}/%c0%af../me`],
    ['a NUL', `${jwks}%00/me`],
    ['an encoded line’s end', `${jwks}%0d%0aHost:%20evil.example`],
    ['a path parameter', `${jwks};/../me`],
    ['a query', `${jwks}?a=b`],
    ['an empty query', `${jwks}?`],
    ['a query that looks like a path', `${jwks}?/../../me`],
    ['a fragment', `${jwks}#/me`],
    ['an encoded fragment', `${jwks}%23/me`],
    ['an encoded query', `${jwks}%3f/me`],
    ['a dot after a listed path', `${jwks}.`],
    ['an encoded space after a listed path', `${jwks}%20`],
    ['the target *', '*'],
    ['an authority as the target', gateway],
    ['an absolute address of the gateway', `https://${gateway}${jwks}`],
    ['an absolute address of the provider', `https://${provider}/me`],
    ['an absolute address that is plain', `http://${gateway}${jwks}`],
    ['an absolute address with credentials', `https://${gateway}@${provider}/me`],
    ['an address without a scheme', `//${provider}/me`],
    ['a long path', `/${provider}/${'a'.repeat(20_000)}`],
    ['nothing but dots', `/${'../'.repeat(50)}me`],
  ]
  const verbs = ['HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE', 'CONNECT', 'PROPFIND', 'get', 'POST', 'X']

  return [
    ...paths.map(([what, target]) => ({ what, bytes: get(target) })),
    ...paths
      .slice(0, 12)
      .map(([what, target]) => ({ what: `${what}, posted`, bytes: post(target, sized('a=b'), 'a=b') })),
    ...verbs.map((verb) => ({
      what: `${verb} of a document`,
      bytes: `${verb} ${jwks} HTTP/1.1\r\n${host}${verb === 'POST' ? sized('a=b') : ''}\r\n${verb === 'POST' ? 'a=b' : ''}`,
    })),
    { what: 'GET of the token endpoint', bytes: get(token) },
    { what: 'CONNECT to the provider', bytes: `CONNECT ${provider} HTTP/1.1\r\n${host}\r\n` },
    { what: 'HTTP/0.9', bytes: `GET ${jwks}\r\n\r\n` },
    { what: 'HTTP/1.0', bytes: `GET ${jwks} HTTP/1.0\r\n${host}\r\n` },
    { what: 'HTTP/1.0 without a host', bytes: `GET ${jwks} HTTP/1.0\r\n\r\n` },
    { what: 'HTTP/2.0 in plain words', bytes: `GET ${jwks} HTTP/2.0\r\n${host}\r\n` },
    { what: 'the preface of HTTP/2', bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' },
    { what: 'two spaces in the request line', bytes: `GET  ${jwks}  HTTP/1.1\r\n${host}\r\n` },
    { what: 'a tab in the request line', bytes: `GET\t${jwks}\tHTTP/1.1\r\n${host}\r\n` },
    { what: 'a space in the path', bytes: get(`${jwks} /me`) },
    { what: 'no host', bytes: get(jwks, '') },
    { what: 'another host', bytes: get(jwks, 'Host: evil.example\r\n') },
    {
      what: 'the provider as the host',
      bytes: get(jwks, `Host: ${provider.replace('localhost', 'provider.example')}\r\n`),
    },
    { what: 'another host first', bytes: get(jwks, `Host: evil.example\r\n${host}`) },
    { what: 'a host with a path', bytes: get(jwks, `Host: ${gateway}/${provider}/me\r\n`) },
    { what: 'a host with credentials', bytes: get(jwks, `Host: evil.example@${gateway}\r\n`) },
    { what: 'an absolute address of another host', bytes: get(`https://evil.example${jwks}`) },
    { what: 'a huge header', bytes: get(jwks, `${host}X-Huge: ${'a'.repeat(40_000)}\r\n`) },
    {
      what: 'very many headers',
      bytes: get(jwks, host + 'X-Many: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n'.repeat(2_000)),
    },
    { what: 'a document asked for with a body', bytes: `${get(jwks, `${host}Content-Length: 4\r\n`)}a=bc` },
    { what: 'a document asked for with chunks', bytes: `${get(jwks, host + CHUNKED)}0\r\n\r\n` },
    { what: 'a body that is too large', bytes: post(token, sized('a'.repeat(40_000)), 'a'.repeat(40_000)) },
    {
      what: 'a body that is no form',
      bytes: post(token, 'Content-Type: application/json\r\nContent-Length: 2\r\n', '{}'),
    },
    { what: 'a body of no type', bytes: post(token, 'Content-Length: 2\r\n', '{}') },
    { what: 'a body in chunks', bytes: post(token, FORM + CHUNKED, '3\r\na=b\r\n0\r\n\r\n') },
    {
      what: 'CL.TE',
      bytes: post(token, `${FORM}Content-Length: ${5 + smuggled.length}\r\n${CHUNKED}`, `0\r\n\r\n${smuggled}`),
    },
    { what: 'TE.CL', bytes: post(token, `${FORM}${CHUNKED}Content-Length: 4\r\n`, `5c\r\n${smuggled}\r\n0\r\n\r\n`) },
    { what: 'TE.TE', bytes: post(token, `${FORM}${CHUNKED}Transfer-Encoding: x\r\n`, `0\r\n\r\n${smuggled}`) },
    {
      what: 'a space before the colon',
      bytes: post(token, `${FORM}Transfer-Encoding : chunked\r\n`, `0\r\n\r\n${smuggled}`),
    },
    {
      what: 'chunked in disguise',
      bytes: post(token, `${FORM}Transfer-Encoding: xchunked\r\n`, `0\r\n\r\n${smuggled}`),
    },
    {
      what: 'a folded Transfer-Encoding',
      bytes: post(token, `${FORM}Transfer-Encoding:\r\n chunked\r\n`, `0\r\n\r\n${smuggled}`),
    },
    {
      what: 'two lengths',
      bytes: post(token, `${FORM}Content-Length: 0\r\nContent-Length: ${smuggled.length}\r\n`, smuggled),
    },
    { what: 'a length with a sign', bytes: post(token, `${FORM}Content-Length: +${smuggled.length}\r\n`, smuggled) },
    { what: 'a length in hexadecimal', bytes: post(token, `${FORM}Content-Length: 0x10\r\n`, smuggled) },
    { what: 'a negative length', bytes: post(token, `${FORM}Content-Length: -1\r\n`, smuggled) },
    { what: 'a request within a body', bytes: post(token, sized(smuggled), smuggled) },
    { what: 'a request behind a good one', bytes: get(jwks) + smuggled },
    { what: 'a header name with a space', bytes: get(jwks, `${host}X-A b: c\r\n`) },
    {
      what: 'bare line feeds',
      bytes: `GET ${jwks} HTTP/1.1\n${host.replace('\r', '')}X-A: b\nContent-Length: 0\n\n${smuggled}`,
    },
    {
      what: 'a websocket',
      bytes: get(
        jwks,
        `${host}Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n`,
      ),
    },
    {
      what: 'an upgrade to HTTP/2',
      bytes: get(
        jwks,
        `${host}Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n`,
      ),
    },
    {
      what: 'headers that name another address',
      bytes: get(
        jwks,
        `${host}X-Original-URL: /me\r\nX-Rewrite-URL: /me\r\nX-Forwarded-Host: evil.example\r\nX-HTTP-Method-Override: DELETE\r\nForwarded: host=evil.example\r\n`,
      ),
    },
    {
      what: 'headers that the provider is not to see',
      bytes: get(
        jwks,
        `${host}Authorization: Bearer canary\r\nCookie: a=canary\r\nOrigin: https://evil.example\r\nX-Kiosk: canary\r\nReferer: https://canary.example/\r\nclient-request-id: canary\r\nRange: bytes=0-canary\r\nIf-None-Match: canary\r\n`,
      ),
    },
    { what: 'a header that ends the answer’s', bytes: get(jwks, `${host}client-request-id: a%0d%0ax: y\r\n`) },
  ]
}
