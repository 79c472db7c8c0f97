import { expect, it } from 'vitest'
import { judgeDiscovery } from './judge-discovery.ts'

const issuer = 'https://login.example.com'
const document = (named: string) => JSON.stringify({ issuer: named, token_endpoint: `${issuer}/token` })

it.each<[what: string, status: number, body: string, found: string, remedy: string]>([
  [
    'a tenant that does not exist',
    400,
    '{"error":"invalid_tenant","error_codes":[90002]}',
    'HTTP status 400, AADSTS90002',
    'correct the tenant id',
  ],
  ['a wrong path', 404, '{}', 'no discovery document, HTTP status 404', 'openid-configuration behind it'],
  ['a text', 200, 'hello', 'no discovery document, HTTP status 200', 'openid-configuration behind it'],
  [
    'another issuer',
    200,
    document('https://login.example.com/'),
    'issuer https://login.example.com/',
    'set identity.issuer to "https://login.example.com/"',
  ],
  ['an issuer that nobody should copy', 200, document('https://me:x@login.example.com'), 'issuer', 'ask whoever runs'],
])('says of %s what came and what to do', (_what, status, body, found, remedy) => {
  const { outcome } = judgeDiscovery({ status, body }, { issuer })
  expect(outcome).toMatchObject({ state: 'failed', code: 'provider-answer-invalid' })
  expect(outcome?.found).toContain(found)
  expect(outcome?.remedy).toContain(remedy)
  expect(outcome?.remedy).not.toContain('helper’s log')
})

it('is content with the issuer’s own', () => {
  const judged = judgeDiscovery({ status: 200, body: document(issuer) }, { issuer })
  expect(judged).toMatchObject({ document: { issuer }, outcome: null })
})
