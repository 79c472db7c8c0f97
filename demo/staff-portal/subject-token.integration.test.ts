/** Which ID tokens open a kiosk, over real HTTP: this company signs whatever a test likes. No other token may bind a code. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PageWalker } from './page-walker.ts'
import { exchange, type PortalStage, setPortalStage } from './portal-stage.fixture.ts'

const AUDIENCE = 'staff-portal'
const MINUTE_SECONDS = 60

const keys = await generateKeyPair('RS256')
const otherKeys = await generateKeyPair('RS256')
let server: Server
let issuer: string
let stage: PortalStage
beforeAll(async () => {
  const jwk = { ...(await exportJWK(keys.publicKey)), alg: 'RS256', use: 'sig' }
  server = createServer((_request, answer) => answer.end(JSON.stringify({ keys: [jwk] }))).listen(0, '127.0.0.1')
  await once(server, 'listening')
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  stage = await setPortalStage({ registered: { company: { issuer, audience: AUDIENCE } } })
})
afterAll(async () => {
  await stage?.close()
  server.closeAllConnections()
  server.close()
})

/** What a company says of a person who has just signed in. */
function freshClaims(): JWTPayload {
  const now = Math.floor(Date.now() / 1000)
  return { iss: issuer, aud: AUDIENCE, sub: 'alex-morgan', iat: now, exp: now + 60 * MINUTE_SECONDS }
}

function sign(claims: JWTPayload, { privateKey } = keys): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey)
}

const withoutAge = ({ iat: _iat, ...rest }: JWTPayload): JWTPayload => rest

/** Makes a token older, with its end as far away as ever. */
function agedBy(minutes: number): Promise<string> {
  const claims = freshClaims()
  return sign({ ...claims, iat: Number(claims.iat) - minutes * MINUTE_SECONDS })
}

const TOKENS: [what: string, make: () => Promise<string>, status: number][] = [
  ['takes a fresh one', () => sign(freshClaims()), 200],
  ['takes one of nine minutes', () => agedBy(9), 200],
  ['refuses one of eleven minutes, however long it is valid', () => agedBy(11), 400],
  ['refuses one from the future', () => agedBy(-5), 400],
  ['refuses one that does not say when it was issued', () => sign(withoutAge(freshClaims())), 400],
  ['refuses one that has ended', () => sign({ ...freshClaims(), exp: Math.floor(Date.now() / 1000) - 1 }), 400],
  ['refuses one for another client', () => sign({ ...freshClaims(), aud: 'another' }), 400],
  ['refuses one of another issuer', () => sign({ ...freshClaims(), iss: 'https://evil.example' }), 400],
  ['refuses one of a person whom nobody knows', () => sign({ ...freshClaims(), sub: 'mallory' }), 400],
  ['refuses one that another key has signed', () => sign(freshClaims(), otherKeys), 400],
  ['refuses one that nobody has signed', async () => new UnsecuredJWT(freshClaims()).encode(), 400],
]

describe('of a company’s ID tokens, the exchange', () => {
  it.each(TOKENS)('%s', async (_what, make, status) => {
    const kiosk = await stage.openKiosk()
    await new PageWalker().ask(stage.linkTo(kiosk.user_code))
    const answer = await exchange(stage, kiosk.user_code, await make())
    expect([answer.status, answer.body.error]).toEqual([status, status === 200 ? undefined : 'invalid_request'])
    if (status === 200) expect(await stage.subjectOf(kiosk)).toBe('alex-morgan')
    else expect(await stage.pollError(kiosk)).toBe('authorization_pending')
  })
})
